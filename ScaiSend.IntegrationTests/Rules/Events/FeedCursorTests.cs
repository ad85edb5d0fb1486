using ScaiSend.Api.Events;

namespace ScaiSend.IntegrationTests.Rules.Events;

/// <summary>The cursor of the feed of events as text.</summary>
public sealed class FeedCursorTests
{
    [Fact]
    public void Every_cursor_is_read_back_as_it_was_written()
    {
        var random = new Random(20261128);
        for (var n = 0; n < 500; n++)
        {
            var positions = Enumerable.Range(0, 33).ToDictionary(lane => lane, _ => random.NextInt64(1L << random.Next(1, 62)));

            var read = FeedCursor.Read(FeedCursor.At(positions).Write());

            Assert.NotNull(read);
            Assert.Equal(positions.Values, positions.Keys.Select(lane => read[lane]));
        }
    }

    [Fact]
    public void A_cursor_never_goes_back()
    {
        var cursor = FeedCursor.At(new Dictionary<int, long> { [1] = 10, [2] = 20 });

        var moved = cursor.With(new Dictionary<int, long> { [1] = 5, [2] = 25 });

        Assert.Equal((10, 25), (moved[1], moved[2]));
    }

    [Theory]
    [InlineData("nothing of ours")]
    [InlineData("AQ")]
    [InlineData("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("????")]
    public void What_no_feed_has_given_is_no_cursor(string text) => Assert.Null(FeedCursor.Read(text));

    [Fact]
    public void A_cursor_that_was_cut_or_drawn_out_is_none()
    {
        var text = FeedCursor.At(new Dictionary<int, long> { [1] = 300, [32] = 7_000_000_000 }).Write();

        Assert.Null(FeedCursor.Read(text[..^4]));
        Assert.Null(FeedCursor.Read(text + "AAAA"));
        Assert.Null(FeedCursor.Read(string.Concat(Enumerable.Repeat("_____", 200))));
    }
}
