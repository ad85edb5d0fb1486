using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>What operators see of the ledger.</summary>
public sealed class LedgerPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_missing_is_told_by_tenant_and_named(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        using var neighbour = await product.ClientOfAnotherTenantAsync();
        var whole = await product.SendAsync(Some.To("ada@example.org", "grace@example.org"));
        var broken = await product.SendAsync(Some.To("bob@example.org", "eve@example.org"));
        await SendAsync(product, neighbour);
        var look = product.Services.GetRequiredService<LedgerLook>();
        using var staff = await ConsoleCaller.SignInAsOperatorAsync(product);

        // What was accepted just now is left alone.
        Assert.Equal(0, (await look.ReadAsync(TimeSpan.FromHours(1), Stop)).Messages);
        Assert.Contains("No mail was accepted in this time", (await staff.GetAsync("/console/ledger")).Html, StringComparison.Ordinal);
        product.Clock.Advance(TimeSpan.FromMinutes(3));
        var sound = await look.ReadAsync(TimeSpan.FromHours(1), Stop);
        Assert.Equal((3, true, 0), (sound.Messages, sound.IsComplete, sound.Doubtful.Count));
        Assert.Equal([4L, 1L], sound.Tenants.Select(t => t.Sums.Accepted).OrderDescending());
        Assert.Contains("Nothing is missing.", (await staff.GetAsync("/console/ledger?back=1h")).Html, StringComparison.Ordinal);
        // No worker runs: their leases are over.
        Assert.Equal([4L, 1L], sound.Tenants.Select(t => t.Overdue).OrderDescending());

        await ExecuteAsync(product, "DELETE FROM emails WHERE recipient='bob@example.org'");
        await ExecuteAsync(product, "UPDATE emails SET lane=0,due_at=NULL WHERE recipient='eve@example.org'");
        var html = (await staff.GetAsync("/console/ledger")).Html;
        Assert.Contains("2 emails are not accounted for.", html, StringComparison.Ordinal);
        Assert.Contains(broken, html, StringComparison.Ordinal);
        Assert.DoesNotContain(whole, html, StringComparison.Ordinal);
        var sums = (await look.ReadAsync(TimeSpan.FromHours(1), Stop)).Tenants;
        Assert.Equal(new LedgerSums(4, 0, 2), sums[0].Sums);
        Assert.Equal(new LedgerSums(1, 0, 1), sums[1].Sums);
        // Later it is out of the hour, and in the day.
        product.Clock.Advance(TimeSpan.FromHours(2));
        Assert.DoesNotContain(broken, (await staff.GetAsync("/console/ledger?back=1h")).Html, StringComparison.Ordinal);
        Assert.Contains(broken, (await staff.GetAsync("/console/ledger?back=24h")).Html, StringComparison.Ordinal);
    }

    private static async Task SendAsync(Product product, HttpClient client)
    {
        var key = client.DefaultRequestHeaders.Authorization!.Parameter!;
        var answer = await product.CallAsync("POST", "/v3/mail/send", key, Some.Request(Some.To("zoe@example.org")).ToJsonString());
        Assert.Equal(202, answer.Status);
    }

    private static async Task ExecuteAsync(Product product, string sql)
    {
        await using DbConnection connection = await product.Services.GetRequiredService<MailDatabase>().OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Stop));
    }
}
