using System.Text;
using System.Text.Json;
using K4os.Compression.LZ4;
using ScaiSend.Contracts.Messages;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class StoredContentTests
{
    private static MessageContent Accepted => Requests.Accepted(Requests.With()).Content;

    [Fact]
    public void Content_comes_back_as_it_was()
    {
        var content = Requests
            .Accepted(
                Requests.With(
                    ("headers", "{\"X-A\":\"ä\"}"),
                    ("custom_args", "{\"a\":\"b\"}"),
                    ("categories", "[\"cake\"]"),
                    ("attachments", "[{\"content\":\"aGk=\",\"filename\":\"hi.txt\"}]")
                )
            )
            .Content;

        var read = StoredContent.Read(StoredContent.Write(content));

        Assert.Equal(Encoding.UTF8.GetString(StoredContent.Write(content)), Encoding.UTF8.GetString(StoredContent.Write(read)));
        Assert.Equal(content.From, read.From);
        Assert.Equal(content.Content, read.Content);
        Assert.Equal(content.Attachments, read.Attachments);
        Assert.Equal(content.Headers, read.Headers);
    }

    [Theory]
    [InlineData(StoredContent.PackedFrom / 2)]
    [InlineData(40_000)]
    [InlineData(2_000_000)]
    public void A_large_content_is_packed_and_comes_back_as_it_was(int size)
    {
        var html = string.Concat(Enumerable.Range(0, size / 20).Select(i => $"<p>Grüße, {i:0000000}</p>\n"));
        var content = Requests.Accepted(Requests.With(("content/0/value", JsonSerializer.Serialize(html)))).Content;

        var stored = StoredContent.Write(content);

        Assert.Equal(content.Content, StoredContent.Read(stored).Content);
        Assert.Equal(size < StoredContent.PackedFrom, stored.AsSpan().IndexOf(Encoding.UTF8.GetBytes(html)) > 0);
        Assert.True(size < StoredContent.PackedFrom || stored.Length < size / 2);
    }

    [Fact]
    public void Each_body_comes_back_as_it_was_whatever_it_holds()
    {
        var bodies = new[] { "", "\u0001\u0002{}", "\"\\/\r\n", "ä€😀", new string('x', 300) };
        var content = Accepted with { Content = [.. bodies.Select(body => new ContentPart("text/plain", body))] };

        Assert.Equal(content.Content, StoredContent.Read(StoredContent.Write(content)).Content);
        Assert.Empty(StoredContent.Read(StoredContent.Write(content with { Content = [] })).Content);
    }

    [Fact]
    public void What_was_stored_with_its_bodies_in_the_JSON_is_still_read()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(Accepted);

        Assert.Equal(Accepted.Content, StoredContent.Read(json).Content);
        Assert.Equal(Accepted.Content, StoredContent.Read([1, .. LZ4Pickler.Pickle(json)]).Content);
    }

    [Fact]
    public void A_personalization_comes_back_as_it_was_and_nulls_are_left_out()
    {
        var own = Requests
            .Accepted(Requests.With(("personalizations/0/substitutions", "{\"-a-\":\"<b>\"}")))
            .Personalizations[0]
            .Personalization;

        var json = StoredContent.Write(own);
        var read = StoredContent.ReadPersonalization(json);

        Assert.DoesNotContain("null", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Contains("<b>", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(own.To, read.To);
        Assert.Equal(own.Substitutions, read.Substitutions);
        Assert.Null(read.Subject);
    }
}
