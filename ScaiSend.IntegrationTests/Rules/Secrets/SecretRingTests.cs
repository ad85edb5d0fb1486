using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Rules.Secrets;

/// <summary>Keys that come and go: what an old one sealed or proved stays good while it is in the ring.</summary>
public sealed class SecretRingTests
{
    private static readonly string First = NewKey();
    private static readonly string Second = NewKey();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_secret_opens_with_the_key_that_sealed_it_wherever_it_stands_in_the_ring()
    {
        var sealedByFirst = new SecretBox(With(First)).Seal("whsec_1"u8);

        Assert.Equal("whsec_1"u8.ToArray(), new SecretBox(With(Second, First)).Open(sealedByFirst));
        Assert.Contains(
            SecretBox.KeyIdOf(sealedByFirst)!,
            Assert.Throws<CryptographicException>(() => new SecretBox(With(Second)).Open(sealedByFirst)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void No_byte_of_a_sealed_secret_can_be_changed()
    {
        var box = new SecretBox(With(First));
        var bytes = box.Seal("a secret"u8);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => box.Open(changed));
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.ThrowsAny<CryptographicException>(() => box.Open(bytes.AsSpan(0, length)));
        // The same secret is never sealed twice alike.
        Assert.NotEqual(bytes, box.Seal("a secret"u8));
    }

    [Fact]
    public void Links_and_return_paths_of_older_mail_are_ours_while_their_key_is_in_the_ring()
    {
        var (id, tenantId) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        var (old, ring, other) = (With(First), With(Second, First), With(Second));
        var open = new TrackingTokens(old).OpenToken(id);
        var click = new TrackingTokens(old).ClickToken(id, isInText: false, 3, "https://example.com/");
        var unsubscribe = new TrackingTokens(old).UnsubscribeToken(id, tenantId, "ada@example.org", 7);
        var path = new ReturnPaths(old).LocalPartOf(id);
        var mailbox = new UnsubscribeMailboxes(old).LocalPartOf(id, 7);

        Assert.True(new TrackingTokens(ring).TryReadOpen(open, out var opened));
        Assert.True(new TrackingTokens(ring).TryReadClick(click, "https://example.com/", out _));
        Assert.True(new TrackingTokens(ring).TryReadUnsubscribe(unsubscribe, out var offer));
        Assert.True(new ReturnPaths(ring).TryReadLocalPart(path, out var returned));
        Assert.True(new UnsubscribeMailboxes(ring).TryReadLocalPart(mailbox, out _, out var group));
        Assert.Equal((id, "ada@example.org", id, 7), (opened, offer!.Recipient, returned, group));
        // New mail gets the new key's.
        Assert.Equal(new TrackingTokens(other).OpenToken(id), new TrackingTokens(ring).OpenToken(id));
        Assert.NotEqual(open, new TrackingTokens(ring).OpenToken(id));

        Assert.False(new TrackingTokens(other).TryReadOpen(open, out _));
        Assert.False(new TrackingTokens(other).TryReadClick(click, "https://example.com/", out _));
        Assert.False(new TrackingTokens(other).TryReadUnsubscribe(unsubscribe, out _));
        Assert.False(new ReturnPaths(other).TryReadLocalPart(path, out _));
        Assert.False(new UnsubscribeMailboxes(other).TryReadLocalPart(mailbox, out _, out _));
    }

    [Fact]
    public void Keys_may_stand_in_a_file_the_current_one_first()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{Second}\n\n{First}\n");
            var options = new SecretOptions { KeyFile = file };
            Assert.Empty(options.Errors());
            Assert.Equal([Second, First], options.Ring().Select(Convert.ToBase64String));
            File.WriteAllText(file, $"{Second}\nnonsense\n");
            Assert.Contains("each of its lines", Assert.Single(options.Errors()), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("", "", "", "Secrets:Key is not set")]
    [InlineData("c2hvcnQ=", "", "", "Secrets:Key is not set or no key")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "c2hvcnQ=", "", "Secrets:OldKeys has something")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "", "/tmp", "one or the other")]
    [InlineData("", "", "/nowhere/keys", "which is no file")]
    public void Wrong_keys_are_named(string key, string oldKeys, string file, string message) =>
        Assert.Contains(
            message,
            Assert.Single(
                new SecretOptions
                {
                    Key = key,
                    OldKeys = oldKeys,
                    KeyFile = file,
                }.Errors()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Rotating_seals_everything_anew_and_says_what_it_did()
    {
        var folder = Directory.CreateTempSubdirectory("scaisend-ring-");
        try
        {
            string[] sets = [$"Database:Url=sqlite://{Path.Combine(folder.FullName, "a.db")}", $"Blobs:Folder={folder.FullName}"];
            await using (var app = RoleHost.Build(Role.None, Embedded, [.. sets, $"Secrets:Key={First}"]))
            {
                var database = app.Services.GetRequiredService<MailDatabase>();
                await database.MigrateAsync(Stop);
                var seed = new Seed(database, app.Services.GetRequiredService<SecretBox>(), TimeProvider.System);
                await seed.PlantAsync(Seed.NewKey("live"), Seed.NewKey("test"), withEd25519: true, Stop);
            }

            // Without the old key nothing can be sealed anew, and nothing is.
            var (code, output, error) = await RunAsync(sets, "rotate", $"Secrets:Key={Second}");
            Assert.Equal(1, code);
            Assert.Contains("Put that key into Secrets:OldKeys", error, StringComparison.Ordinal);

            (code, output, error) = await RunAsync(sets, "rotate", $"Secrets:Key={Second}", $"Secrets:OldKeys={First}");
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("dkim_keys.sealed_private_key: 2 sealed anew", output, StringComparison.Ordinal);
            Assert.DoesNotContain(Second, output, StringComparison.Ordinal);

            (code, output, _) = await RunAsync(sets, "rotate", $"Secrets:Key={Second}");
            Assert.Equal(0, code);
            Assert.Contains("0 secrets were sealed anew", output, StringComparison.Ordinal);
            (_, output, _) = await RunAsync(sets, "status", $"Secrets:Key={Second}");
            Assert.Contains(
                $"dkim_keys.sealed_private_key: 2 sealed with {new SecretBox(With(Second)).CurrentKeyId}",
                output,
                StringComparison.Ordinal
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_sealed_column_is_walked()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);
        var columns = new SealedColumns(
            product.Services.GetRequiredService<MailDatabase>(),
            product.Services.GetRequiredService<SecretBox>()
        );

        Assert.Equal(
            [
                "dkim_keys.sealed_private_key",
                "erase_jobs.sealed_addresses",
                "webhook_endpoints.sealed_o_auth_secret",
                "webhook_endpoints.sealed_previous_secret",
                "webhook_endpoints.sealed_secret",
            ],
            columns.All().Select(c => $"{c.Table}.{c.Name}")
        );
        foreach (var column in columns.All())
            Assert.Equal(0, await columns.ResealAsync(column, Stop));
    }

    private static Dictionary<string, string?> Embedded => new() { ["Stack"] = "embedded" };

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] sets, string command, params string[] also)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        List<string> arguments = ["secrets", command];
        foreach (var set in sets.Concat(also))
            arguments.AddRange(["--set", set]);
        var code = await Commands
            .Root()
            .Parse(arguments)
            .InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = output, Error = error }, Stop);
        return (code, output.ToString(), error.ToString());
    }

    private static IOptions<SecretOptions> With(string key, string oldKeys = "") =>
        Options.Create(new SecretOptions { Key = key, OldKeys = oldKeys });

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
