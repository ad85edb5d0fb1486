using System.Text;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Stages.Inbound;

/// <summary>Strangers that send anything at all; the server answers the next one as if nothing had been.</summary>
public sealed class FuzzedReports
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);
    private const int Clients = 4;

    [Fact]
    public async Task A_good_client_is_answered_after_any_number_of_bad_ones()
    {
        await using var inbound = await Support.Inbound.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?>
            {
                ["Inbound:CommandLimit"] = "00:00:01",
                ["Inbound:MaxSize"] = "16384",
                ["Inbound:ConnectionsPerAddress"] = "50",
            }
        );
        var ours = inbound.ReturnPathOf(Guid.Parse("0199c0de-0000-7000-8000-000000000001"));
        var good = Encoding.Latin1.GetBytes(
            $"EHLO mx.example.org\r\nMAIL FROM:<> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<{ours}>\r\nRCPT TO:<postmaster@bounce.localhost>\r\nDATA\r\n{SomeReport.Dsn(ours).ReplaceLineEndings("\r\n")}\r\n.\r\nRSET\r\nNOOP\r\nVRFY x\r\nSTARTTLS\r\nAUTH LOGIN\r\nQUIT\r\n"
        );
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"Seed {seed}");
        using var budget = new CancellationTokenSource(Budget);
        var talks = await Task.WhenAll(
            Enumerable.Range(0, Clients).Select(n => AttackAsync(inbound.Port, good, new Random(seed + n), budget.Token))
        );

        Assert.All(talks, count => Assert.True(count > 5, $"Only {count} conversations"));
        await inbound.HandOverAsync(ours, SomeReport.Dsn(ours));
        Assert.Contains(await inbound.ReportsAsync(), r => Encoding.UTF8.GetString(r.Raw).Contains("I'm sorry", StringComparison.Ordinal));
    }

    private static async Task<int> AttackAsync(int port, byte[] good, Random random, CancellationToken until)
    {
        var count = 0;
        for (; !until.IsCancellationRequested; count++)
        {
            using var client = await SmtpDialogue.ConnectAsync(port);
            var bytes = Mutate(good, random);
            // In pieces, so that commands are cut anywhere.
            for (var at = 0; at < bytes.Length; )
            {
                var length = Math.Min(random.Next(1, 3000), bytes.Length - at);
                if (!await client.WriteAsync(bytes.AsMemory(at, length)))
                    break;
                at += length;
            }
            if (random.Next(4) == 0)
                await client.ReplyAsync();
        }
        return count;
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        if (random.Next(5) == 0)
        {
            var noise = new byte[random.Next(1, 40_000)];
            random.NextBytes(noise);
            return noise;
        }
        var bytes = good.ToList();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 200), bytes.Count - at - 1));
                    break;
                case 2:
                    bytes.InsertRange(at, "\r\n"u8.ToArray());
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 20_000)));
                    break;
                default:
                    bytes.InsertRange(at, good[..random.Next(1, good.Length)]);
                    break;
            }
        }
        return [.. bytes];
    }
}
