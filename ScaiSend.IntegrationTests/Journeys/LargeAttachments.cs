using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using ScaiSend.Delivery.Signing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;
using Xunit;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class LargeAttachments : IDisposable
{
    private const int LargeSize = 1024 * 1024;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scaisend-blobs-");
    private readonly BreakingBlobs _blobs;

    public LargeAttachments() => _blobs = new BreakingBlobs(new FolderBlobs(_folder.FullName));

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Files_arrive_as_they_were_given_and_every_attempt_sends_the_same_signed_bytes(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.DeferContent("later@example.org", "451 4.3.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var large = RandomNumberGenerator.GetBytes(5 * LargeSize + 1);
        var image = RandomNumberGenerator.GetBytes(100_000);
        byte[] small = [1, 2, 3];

        var id = await product.SendAsync(
            Some.To("later@example.org"),
            new
            {
                content = new[]
                {
                    new { type = "text/plain", value = "A text." },
                    new { type = "text/html", value = "<img src=\"cid:logo\">" },
                },
                attachments = new object[]
                {
                    File("large.bin", large),
                    new
                    {
                        filename = "logo.png",
                        type = "image/png",
                        content = Convert.ToBase64String(image),
                        disposition = "inline",
                        content_id = "logo",
                    },
                    File("small.bin", small),
                },
            }
        );
        await product.EmailInStateAsync(id, "Deferred");
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.EmailInStateAsync(id, "Delivered");

        var deferred = Assert.Single(sink.Deferred);
        var mail = Assert.Single(await sink.Received(1));
        Assert.Equal(Hash(deferred.Bytes), Hash(mail.Bytes));
        using var message = MimeMessage.Load(new MemoryStream(mail.Bytes), TestContext.Current.CancellationToken);
        var parts = message.BodyParts.OfType<MimePart>().Where(part => part.FileName is not null).ToDictionary(part => part.FileName!);
        Assert.Equal(["large.bin", "logo.png", "small.bin"], parts.Keys.Order());
        Assert.Equal(Hash(large), Hash(Decoded(parts["large.bin"])));
        Assert.Equal(Hash(image), Hash(Decoded(parts["logo.png"])));
        Assert.Equal(small, Decoded(parts["small.bin"]));
        await DkimCheck.VerifyAsync(await RecordsAsync(product), mail.Bytes);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_store_that_fails_in_the_middle_of_the_content_defers_the_email_and_nothing_is_accepted(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);
        // Opened by the renderer, before the attempt, for the signature, for the content.
        _blobs.OnOpen = (before, stream) => before == 3 ? BreakingBlobs.FailAfter(200_000, stream) : stream;

        var id = await SendLargeAsync(product);
        var email = await product.EmailInStateAsync(id, "Deferred");

        Assert.Empty(sink.Mails);
        Assert.Equal(1, sink.Connections);
        var attempt = Assert.Single(email.Attempts());
        Assert.Equal("The blob store did not answer: IOException", attempt.GetProperty("reply").GetString());
        Assert.Equal(sink.Address, attempt.GetProperty("mx_address").GetString());
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.EmailInStateAsync(id, "Delivered");
        Assert.True((await sink.Received(1))[0].Bytes.Length > LargeSize);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_store_that_fails_before_the_content_defers_the_email_without_a_word_to_the_server(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);
        _blobs.OnOpen = (before, stream) =>
            before switch
            {
                1 => throw new HttpRequestException("s3.example.test refused"),
                4 => BreakingBlobs.FailAfter(200_000, stream),
                _ => stream,
            };

        var id = await SendLargeAsync(product);
        var email = await product.EmailInStateAsync(id, "Deferred");
        Assert.Equal("The blob store did not answer: HttpRequestException", email.Attempts()[0].GetProperty("reply").GetString());

        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.MessageWhenAsync(id, m => m.GetProperty("emails")[0].Attempts().Length == 2, "tried twice");
        email = await product.EmailInStateAsync(id, "Deferred");
        Assert.Equal("The blob store did not answer: IOException", email.Attempts()[1].GetProperty("reply").GetString());
        Assert.Equal(0, sink.Connections);

        product.Clock.Advance(TimeSpan.FromMinutes(5));
        await product.EmailInStateAsync(id, "Delivered");
        Assert.Single(await sink.Received(1));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_email_whose_attachment_is_gone_fails_without_an_attempt(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await StartAsync(stack, sink);
        _blobs.OnOpen = (before, stream) => before == 0 ? stream : null;

        var id = await SendLargeAsync(product);
        var email = await product.EmailInStateAsync(id, "Failed");

        Assert.Equal("An attachment is no longer stored", email.LastEvent().GetProperty("reason").GetString());
        Assert.Empty(email.Attempts());
        Assert.Equal(0, sink.Connections);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_deferred_email_whose_attachment_is_gone_fails_at_its_next_attempt(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("ada@example.org", "450 4.2.0 try again later");
        await using var product = await StartAsync(stack, sink);

        var id = await SendLargeAsync(product);
        await product.EmailInStateAsync(id, "Deferred");
        _blobs.OnOpen = (_, _) => null;
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        var email = await product.EmailInStateAsync(id, "Failed");

        Assert.Equal("An attachment is no longer stored", email.LastEvent().GetProperty("reason").GetString());
        Assert.Single(email.Attempts());
        Assert.Empty(sink.Mails);
        // It is deleted once the failure is committed, which is a moment later than the state can be seen.
        var spool = Path.Combine(_folder.FullName, "mail");
        await product.MessageWhenAsync(id, _ => !Directory.EnumerateFiles(spool).Any(), "out of the spool");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_store_that_is_away_at_a_deferral_loses_neither_the_answer_nor_the_mail(Stack stack)
    {
        _blobs.IsAway = key => key.StartsWith("mail/", StringComparison.Ordinal);
        await using var sink = SmtpSink.Start();
        sink.DeferContent("ada@example.org", "451 4.3.0 not now");
        await using var product = await StartAsync(stack, sink);
        var id = await product.SendAsync(Some.To("ada@example.org"));

        // It is asked again, and then the answer counts without it.
        var deferred = await Patience.WhenAsync(
            async () =>
            {
                product.Clock.Advance(TimeSpan.FromSeconds(1));
                return (await product.MessageAsync(id)).GetProperty("emails")[0];
            },
            email => email.GetProperty("state").GetString() == "Deferred"
        );
        Assert.Equal("451 4.3.0 not now", deferred.GetProperty("last_reply").GetString());
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        await product.EmailInStateAsync(id, "Delivered");
        Assert.Single(sink.Mails);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<Product> StartAsync(Stack stack, SmtpSink sink) =>
        Product.StartAsync(stack, sink.Address, replace: services => services.AddSingleton<IBlobStore>(_blobs));

    private static Task<string> SendLargeAsync(Product product) =>
        product.SendAsync(Some.To("ada@example.org"), new { attachments = new[] { File("large.bin", new byte[LargeSize]) } });

    private static object File(string name, byte[] bytes) =>
        new
        {
            filename = name,
            type = "application/octet-stream",
            content = Convert.ToBase64String(bytes),
        };

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static byte[] Decoded(MimePart part)
    {
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    private static async Task<Dictionary<string, string>> RecordsAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var secrets = product.Services.GetRequiredService<SecretBox>();
        var records = new Dictionary<string, string>();
        foreach (var row in await db.DkimKeys.IgnoreQueryFilters().ToListAsync(TestContext.Current.CancellationToken))
        {
            var algorithm = row.Algorithm == "rsa" ? DkimAlgorithm.RsaSha256 : DkimAlgorithm.Ed25519Sha256;
            using var key = DkimKey.FromPkcs8(row.Domain, row.Selector, algorithm, secrets.Open(row.SealedPrivateKey));
            records.Add($"{row.Selector}._domainkey.{row.Domain}", key.TxtRecord);
        }
        return records;
    }
}
