using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What an operator writes into delivery.yaml, as a sender sees it.</summary>
public sealed class DeliveryPolicies : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("scaisend-policy-").FullName, "delivery.yaml");

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Greylisted_mail_is_tried_again_after_the_rules_delay_instead_of_by_the_schedule(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "450 4.2.0 greylisted", "450 4.2.0 greylisted", "450 4.2.0 greylisted", "450 4.2.0 greylisted");
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(Some.To("later@example.org"));
        var rule = TimeSpan.FromSeconds(310);
        // After three attempts the starting set leaves it to the schedule, whose fourth wait is half an hour.
        foreach (var (attempts, wait) in new[] { (1, rule), (2, rule), (3, rule), (4, TimeSpan.FromMinutes(30)) })
        {
            var email = await TriedAsync(product, id, attempts);
            Assert.Equal("greylisted", email.Attempts()[^1].GetProperty("rule").GetString());
            Assert.Equal(product.Clock.GetUtcNow() + wait, email.GetProperty("due_at").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
            product.Clock.Advance(wait);
        }
        await product.EmailInStateAsync(id, "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_refusal_becomes_a_deferral_and_a_deferral_a_refusal_where_a_rule_says_so(Stack stack)
    {
        Write(
            """
            rules:
              - { name: they-do-not-mean-it, when: { code: 550, text: "try another day" }, then: { delay: 2h } }
              - { name: they-mean-it, when: { code: 450, text: "never again" }, then: { bounce: hard } }
            """
        );
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "550 5.1.1 try another day");
        sink.Answer("never@example.org", "450 4.2.0 never again");
        await using var product = await Product.StartAsync(stack, sink.Address, Settings());

        var later = await product.SendAsync(Some.To("later@example.org"));
        var never = await product.SendAsync(Some.To("never@example.org"));

        var deferred = await product.EmailInStateAsync(later, "Deferred");
        Assert.Equal(
            product.Clock.GetUtcNow() + TimeSpan.FromHours(2),
            deferred.GetProperty("due_at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );
        var bounced = await product.EmailInStateAsync(never, "Bounced");
        Assert.Equal("hard", bounced.LastEvent().GetProperty("metadata").GetProperty("bounce_type").GetString());
        Assert.Equal("they-mean-it", bounced.Attempts()[0].GetProperty("rule").GetString());
        product.Clock.Advance(TimeSpan.FromHours(2));
        await product.EmailInStateAsync(later, "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_domain_and_tenant_is_given_up_after_its_own_time(Stack stack)
    {
        Write(
            """
            domains:
              short.example.org: { retry: { give_up_after: 10m, schedule: [4m] } }
            """
        );
        await using var sink = SmtpSink.Start();
        foreach (var recipient in new[] { "never@short.example.org", "never@example.org" })
            sink.AlwaysAnswer(recipient, "450 4.2.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address, Settings());
        var ofDomain = await product.SendAsync(Some.To("never@short.example.org"));
        await TriedAsync(product, ofDomain, 1);
        product.Clock.Advance(TimeSpan.FromMinutes(4));
        await TriedAsync(product, ofDomain, 2);
        product.Clock.Advance(TimeSpan.FromMinutes(4));
        var email = await TriedAsync(product, ofDomain, 3);
        // Another four minutes would be too long.
        Assert.Equal(
            product.Clock.GetUtcNow() + TimeSpan.FromMinutes(2),
            email.GetProperty("due_at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );
        product.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.StartsWith("expired", Reason(await product.EmailInStateAsync(ofDomain, "Bounced")), StringComparison.Ordinal);

        // The policy changes under the running product; the tenant's own time counts from the next decision on.
        Write(
            $"tenants:\n  {Ids.Show(Ids.Tenant, await product.TenantIdAsync())}: {{ retry: {{ give_up_after: 2m, schedule: [90s] }} }}\n"
        );
        await InForceAsync(product);
        var ofTenant = await product.SendAsync(Some.To("never@example.org"));
        await TriedAsync(product, ofTenant, 1);
        product.Clock.Advance(TimeSpan.FromSeconds(90));
        await TriedAsync(product, ofTenant, 2);
        product.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.StartsWith("expired", Reason(await product.EmailInStateAsync(ofTenant, "Bounced")), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_changed_file_decides_the_next_time_without_a_restart(Stack stack)
    {
        Write("defaults: { retry: { schedule: [7m] } }");
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "450 4.2.0 not now", "450 4.2.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address, Settings());
        var id = await product.SendAsync(Some.To("later@example.org"));
        await TriedAsync(product, id, 1);

        Write("defaults: { retry: { schedule: [9m] } }");
        await InForceAsync(product);
        product.Clock.Advance(TimeSpan.FromMinutes(7));
        var email = await TriedAsync(product, id, 2);

        Assert.Equal(
            product.Clock.GetUtcNow() + TimeSpan.FromMinutes(9),
            email.GetProperty("due_at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );
    }

    [Fact]
    public async Task A_wrong_file_at_the_start_is_a_message_and_no_start()
    {
        Write("defaults:\n  tls: maybe\n");

        var refusal = await Assert.ThrowsAsync<ScaiSend.Cli.Roles.SettingsException>(() =>
            Product.StartAsync(Stack.Embedded, settings: Settings())
        );

        Assert.Equal($"{_file}:2:8: defaults.tls is 'maybe'; allowed are opportunistic, none, require, verify", refusal.Message);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private Dictionary<string, string?> Settings() => new() { ["Delivery:PolicyFile"] = _file };

    private void Write(string text) => File.WriteAllText(_file, text);

    private static string Reason(System.Text.Json.JsonElement email) => email.LastEvent().GetProperty("reason").GetString()!;

    private static async Task<System.Text.Json.JsonElement> TriedAsync(Product product, string id, int attempts)
    {
        var message = await product.MessageWhenAsync(
            id,
            m =>
                m.GetProperty("emails")[0] is var email
                && email.GetProperty("state").GetString() == "Deferred"
                && email.Attempts().Length == attempts,
            $"tried {attempts} times"
        );
        return message.GetProperty("emails")[0];
    }

    // Moves the clock on until the file as it is now is in force.
    private static async Task InForceAsync(Product product)
    {
        var current = product.Services.GetRequiredService<CurrentPolicy>();
        var before = current.InForce.Hash;
        for (var i = 0; current.InForce.Hash == before; i++)
        {
            Assert.True(i < 200, "The changed policy is not in force");
            product.Clock.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
