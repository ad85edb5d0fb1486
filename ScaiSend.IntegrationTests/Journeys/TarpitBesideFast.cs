using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>One domain takes minutes for each mail, another takes them at once.</summary>
public sealed class TarpitBesideFast
{
    private const int ToTarpit = 300;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_tarpit_gets_its_few_connections_the_rest_of_its_mail_waits_elsewhere_and_other_mail_goes(Stack stack)
    {
        var tarpit = ScriptedSmtpServer.Start(
            line => line.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) ? Dialogue.Silence : null,
            "127.0.0.2"
        );
        await using var fast = ScriptedSmtpServer.Start(address: "127.0.0.3", port: tarpit.Port);
        await using var dns = DnsResponder
            .Start()
            .HasMx("tarpit.test", 10, "mx.tarpit.test")
            .HasAddress("mx.tarpit.test", "127.0.0.2")
            .HasMx("fast.test", 10, "mx.fast.test")
            .HasAddress("mx.fast.test", "127.0.0.3");
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?>
            {
                ["Delivery:Dns"] = dns.Address,
                ["Delivery:MxPort"] = tarpit.Port.ToString(CultureInfo.InvariantCulture),
                ["Delivery:PoolSizePerDomain"] = "2",
                ["Delivery:SlotWait"] = "00:00:00.200",
                ["Delivery:CommandTimeout"] = "00:05:00",
            },
            // The pace is about how long things take.
            replace: services => services.AddSingleton(TimeProvider.System)
        );

        var slow = await Task.WhenAll(Enumerable.Range(0, ToTarpit).Select(n => product.SendAsync(Some.To($"u{n}@tarpit.test"))));
        for (var i = 0; i < 20; i++)
            await product.EmailInStateAsync(await product.SendAsync(Some.To($"u{i}@fast.test")), "Delivered");

        Assert.InRange(tarpit.Connections, 1, 2);
        // Two of them are on the wire; any third one waits, and says for what.
        var held = await Task.WhenAll(
            slow.TakeLast(3).Select(id => product.MessageWhenAsync(id, m => IsHeld(m) || IsOnTheWire(m), "held back or on the wire"))
        );
        var email = held.First(IsHeld).GetProperty("emails")[0];
        Assert.Equal("Processed", email.GetProperty("state").GetString());
        Assert.Empty(email.Attempts());

        // Lets go of the connections, so that the stop need not wait for them.
        await tarpit.DisposeAsync();
    }

    private static bool IsHeld(JsonElement message) => LastReply(message) == "All 2 connections to tarpit.test are in use";

    private static bool IsOnTheWire(JsonElement message) =>
        message.GetProperty("emails")[0].GetProperty("state").GetString() == "Delivering";

    private static string? LastReply(JsonElement message) =>
        message.GetProperty("emails")[0].TryGetProperty("last_reply", out var reply) ? reply.GetString() : null;
}
