using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using ScaiSend.Cli;
using ScaiSend.Cli.Up;
using ScaiSend.Delivery.Inbound;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.IntegrationTests.Stages.Inbound;

/// <summary>Who may hand over what to the inbound server, and how long that may take.</summary>
public sealed class TheDoorForReports
{
    private static readonly Guid SomeEmail = Guid.Parse("0199c0de-0000-7000-8000-000000000001");

    [Fact]
    public async Task Only_addresses_of_ours_are_taken()
    {
        await using var inbound = await StartAsync();
        var ours = inbound.ReturnPathOf(SomeEmail);
        var forged = (ours[2] == 'a' ? "b+b" : "b+a") + ours[3..];
        using var client = await GreetedAsync(inbound);

        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<{ours}>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<postmaster@BOUNCE.localhost>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<abuse@bounce.localhost>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<fbl@bounce.localhost>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await client.SayAsync($"RCPT TO:<{forged}>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await client.SayAsync("RCPT TO:<root@bounce.localhost>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await client.SayAsync("RCPT TO:<ada@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await client.SayAsync("RCPT TO:<postmaster@x.bounce.localhost>"), StringComparison.Ordinal);
        Assert.False((await client.SayAsync("RCPT TO:<ada%example.org@bounce.localhost>"))!.StartsWith('2'));
    }

    [Fact]
    public async Task Nobody_can_log_in_or_pretend_to_be_behind_a_proxy()
    {
        await using var inbound = await StartAsync();
        using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        await client.ReplyAsync();
        Assert.StartsWith("502 5.5.1", await client.SayAsync("PROXY TCP4 192.0.2.1 192.0.2.2 1000 25"), StringComparison.Ordinal);
        await client.SayAsync("EHLO mx.example.org");
        Assert.StartsWith("502 5.5.1", await client.SayAsync("AUTH PLAIN AGEAYg=="), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_over_the_size_is_refused_before_it_is_sent_and_after()
    {
        await using var inbound = await StartAsync(("Inbound:MaxSize", "20000"));
        using var client = await GreetedAsync(inbound, "MAIL FROM:<> SIZE=20001", "552");
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<> SIZE=20000"), StringComparison.Ordinal);
        await client.SayAsync($"RCPT TO:<{inbound.ReturnPathOf(SomeEmail)}>");
        await client.SayAsync("DATA");
        // Its end falls between two of the server's reads somewhere; the commands in it are content.
        for (var i = 0; i < 30; i++)
            await client.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("QUIT\r\n", 1000))));
        Assert.StartsWith("552 5.3.4", await client.SayAsync("."), StringComparison.Ordinal);
        Assert.Null(await client.ReplyAsync());
        Assert.Empty(await inbound.ReportsAsync());
    }

    [Fact]
    public async Task Mail_of_just_the_size_is_taken()
    {
        await using var inbound = await StartAsync(("Inbound:MaxSize", "20000"));
        using var client = await GreetedAsync(inbound);
        await client.SayAsync($"RCPT TO:<{inbound.ReturnPathOf(SomeEmail)}>");
        await client.SayAsync("DATA");
        await client.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 199))));
        Assert.StartsWith("250", await client.SayAsync("."), StringComparison.Ordinal);
        Assert.Equal(19_900, Assert.Single(await inbound.ReportsAsync()).Raw.Length);
    }

    [Theory]
    [InlineData("EHLO mx.example.org\r\n", "E")]
    [InlineData("EHLO mx.example.org\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster@bounce.localhost>\r\nDATA\r\n", "")]
    public async Task A_client_that_lets_us_wait_is_closed(string before, string trickle)
    {
        await using var inbound = await StartAsync(("Inbound:CommandLimit", "00:00:01"));
        using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        await client.WriteAsync(Encoding.ASCII.GetBytes(before));
        var last = client.LastReplyAsync();
        // A sign now and then, as slow-loris does, is no progress.
        while (trickle.Length > 0 && !last.IsCompleted && await client.WriteAsync(Encoding.ASCII.GetBytes(trickle)))
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.StartsWith("421 4.4.2", await last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_at_its_limit_however_busy_it_is()
    {
        await using var inbound = await StartAsync(("Inbound:SessionLimit", "00:00:01"));
        using var client = await GreetedAsync(inbound);
        while (await client.SayAsync("NOOP") is { } reply && reply.StartsWith("250", StringComparison.Ordinal))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Null(await client.ReplyAsync());
    }

    [Fact]
    public async Task Connections_of_one_address_are_limited_and_others_get_its_places_when_it_leaves()
    {
        await using var inbound = await StartAsync(("Inbound:ConnectionsPerAddress", "2"));
        using var first = await GreetedAsync(inbound);
        using (var second = await GreetedAsync(inbound))
        {
            using var third = await SmtpDialogue.ConnectAsync(inbound.Port);
            Assert.StartsWith("421 4.7.0", await third.ReplyAsync(), StringComparison.Ordinal);
            Assert.Null(await third.ReplyAsync());
            Assert.StartsWith("221", await second.SayAsync("QUIT"), StringComparison.Ordinal);
            Assert.Null(await second.ReplyAsync());
        }
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            using var next = await SmtpDialogue.ConnectAsync(inbound.Port);
            if ((await next.ReplyAsync())!.StartsWith("220", StringComparison.Ordinal))
                return;
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(10), "The place was not given back");
        }
    }

    [Theory]
    [InlineData("NONSENSE", SessionLimits.MaxErrors)]
    [InlineData("NOOP", SessionLimits.MaxCommands)]
    public async Task A_client_that_only_makes_work_is_closed(string command, int most)
    {
        await using var inbound = await StartAsync();
        using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        await client.ReplyAsync();
        await client.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(command + "\r\n", most + 5))));
        Assert.StartsWith("421 4.7.0", await client.LastReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_collected_for_ever()
    {
        await using var inbound = await StartAsync();
        using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        await client.ReplyAsync();
        await client.WriteAsync(Encoding.ASCII.GetBytes(new string('x', LimitedReader.MaxCommandLength + 1)));
        Assert.StartsWith("500 5.5.2", await client.ReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_comes_in_encrypted_when_there_is_a_certificate_and_a_renewed_one_is_used_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("scaisend-cert-").FullName;
        var (certificate, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        try
        {
            var first = WriteCertificate(certificate, key);
            await using var inbound = await StartAsync(("Inbound:Certificate", certificate), ("Inbound:CertificateKey", key));
            await inbound.HandOverAsync("postmaster@bounce.localhost", SomeReport.Dsn("postmaster"), SecureSocketOptions.StartTls);
            Assert.Equal(ReportState.Ignored, Assert.Single(await inbound.ReportsAsync()).State);
            Assert.Equal(first, await ShownAsync(inbound));

            var second = WriteCertificate(certificate, key);
            File.SetLastWriteTimeUtc(certificate, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Assert.Equal(second, await ShownAsync(inbound));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_said_in_the_clear_after_starttls_is_forgotten()
    {
        var folder = Directory.CreateTempSubdirectory("scaisend-cert-").FullName;
        var certificate = Path.Combine(folder, "both.pem");
        try
        {
            WriteCertificate(certificate, certificate);
            await using var inbound = await StartAsync(("Inbound:Certificate", certificate), ("Inbound:CommandLimit", "00:00:02"));
            using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
            await client.ReplyAsync();
            await client.SayAsync("EHLO mx.example.org");
            Assert.StartsWith(
                "220",
                await client.SayAsync("STARTTLS\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster@bounce.localhost>"),
                StringComparison.Ordinal
            );
            Assert.Null(await client.ReplyAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_a_line()
    {
        await using var inbound = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("scaisend-up-").FullName;
        try
        {
            var taken = $"127.0.0.1:{inbound.Port}";
            var up = new UpOptions(
                $"127.0.0.1:{Support.Inbound.FreePort()}",
                folder,
                null,
                null,
                LiveMx: false,
                null,
                null,
                [$"Inbound:Listen={taken}"]
            );
            Assert.Equal(Commands.WrongSettings, await UpProcess.RunAsync(up, TestContext.Current.CancellationToken));
            await Assert.ThrowsAsync<InboundException>(() => Support.Inbound.StartAsync(Stack.Embedded, port: inbound.Port));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<Support.Inbound> StartAsync(params (string Key, string Value)[] settings) =>
        Support.Inbound.StartAsync(Stack.Embedded, settings: settings.ToDictionary(s => s.Key, s => (string?)s.Value));

    private static async Task<SmtpDialogue> GreetedAsync(Support.Inbound inbound, string mail = "MAIL FROM:<>", string expected = "250")
    {
        var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        Assert.StartsWith("220", await client.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("EHLO mx.example.org"), StringComparison.Ordinal);
        Assert.StartsWith(expected, await client.SayAsync(mail), StringComparison.Ordinal);
        return client;
    }

    private static string WriteCertificate(string certificate, string key)
    {
        using var made = TestCertificate.New("bounce.localhost");
        using var rsa = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(made)!;
        if (certificate == key)
            File.WriteAllText(certificate, made.ExportCertificatePem() + "\n" + rsa.ExportPkcs8PrivateKeyPem());
        else
        {
            File.WriteAllText(key, rsa.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(certificate, made.ExportCertificatePem());
        }
        return made.Thumbprint;
    }

    private static async Task<string> ShownAsync(Support.Inbound inbound)
    {
        string? shown = null;
        using var client = new SmtpClient
        {
            ServerCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = certificate?.GetCertHashString();
                return shown is not null;
            },
        };
        await client.ConnectAsync("127.0.0.1", inbound.Port, SecureSocketOptions.StartTls, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(true, TestContext.Current.CancellationToken);
        return shown!;
    }
}
