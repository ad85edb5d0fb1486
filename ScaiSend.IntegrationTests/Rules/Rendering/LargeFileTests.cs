using System.Text;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Processing.Rendering;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

public sealed class LargeFileTests
{
    private static readonly byte[] Small = [250, 251, 252];

    [Theory]
    [InlineData(MailRenderer.LargestHeldFile, null)]
    [InlineData(MailRenderer.LargestHeldFile + 1, null)]
    [InlineData(MailRenderer.LargestHeldFile + 1, "logo")]
    [InlineData(300_000, null)]
    public async Task A_file_stands_in_the_mail_as_it_would_if_it_were_small(int size, string? contentId)
    {
        var large = new byte[size];
        new Random(size).NextBytes(large);
        var email = Mails.Plain.WithContent(("text/plain", "a"), ("text/html", "<b>b</b>"));

        // The same mail with a small file, and then its line of base64 replaced.
        var with = (await (await Around(email, Small, contentId)).RenderAsync()).AsText();
        var line = Convert.ToBase64String(Small);
        Assert.Single(with.Split("\r\n"), text => text == line);
        var lines = string.Join("\r\n", Convert.ToBase64String(large).Chunk(76).Select(chars => new string(chars)));
        var expected = with.Replace($"\r\n{line}\r\n", $"\r\n{lines}\r\n", StringComparison.Ordinal);

        var mail = await (await Around(email, large, contentId)).RenderAsync();
        Assert.Equal(size > MailRenderer.LargestHeldFile, mail.Files is not null);
        Assert.True(mail.Files is null || mail.Bytes.Length < 4000);
        Assert.Equal(expected, Encoding.UTF8.GetString(await mail.AssembledAsync(Mails.Blobs)));
    }

    [Fact]
    public async Task The_same_large_file_may_be_attached_twice()
    {
        var bytes = new byte[100_000];
        var once = await Mails.Plain.WithFileAsync("a.bin", "application/x-a", bytes);
        var mail = await (await once.WithFileAsync("a.bin", "application/x-a", bytes)).RenderAsync();
        Assert.Equal(2, mail.Files!.Count);
    }

    [Fact]
    public async Task A_large_file_that_is_gone_is_told_at_once()
    {
        var email = await Mails.Plain.WithFileAsync("a.bin", "application/x-a", [.. Enumerable.Repeat((byte)77, 99_999)]);
        await Mails.Blobs.DeleteAsync(email.Content.Attachments[0].BlobKey, TestContext.Current.CancellationToken);
        Assert.Equal("An attachment is no longer stored", await email.RefusalAsync());
    }

    private static async Task<EmailToRender> Around(EmailToRender email, byte[] bytes, string? contentId)
    {
        var first = await email.WithFileAsync("first.bin", "application/x-first", [1]);
        var second = await first.WithFileAsync("second.bin", "application/x-second", bytes, contentId);
        return await second.WithFileAsync("third.bin", "application/x-third", [3]);
    }
}
