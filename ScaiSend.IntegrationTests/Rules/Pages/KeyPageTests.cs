using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Keys;
using ScaiSend.Api.Console.Session;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>What the pages of API keys do and refuse.</summary>
public sealed class KeyPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_scope_has_its_words_once() =>
        Assert.Equal(
            Scopes.All.Order(StringComparer.Ordinal),
            ScopeWords.Groups.SelectMany(group => group.Scopes).Select(s => s.Scope).Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task Nobody_gives_or_gets_more_than_he_has_and_he_may_end_any_key()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await AddRoleAsync(product, "keeper", Scopes.AdminApiKeys, Scopes.MailSend);
        await product.AddPersonAsync(roles: "keeper");
        using var keeper = await ConsoleCaller.SignInAsync(product);
        await product.AddKeyAsync(await product.TenantIdAsync(), Scopes.All);
        var strong = await KeyIdAsync(product, "A key");

        var form = await keeper.GetAsync("/console/keys/new");
        Assert.Contains("value=\"mail.send\"", form.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("webhooks.write", form.Html, StringComparison.Ordinal);
        var more = await keeper.PostAsync(
            "/console/keys/new",
            Fields(form, ("name", "Mine"), ("mode", "live"), ("scope", Scopes.WebhooksWrite))
        );
        Assert.Equal(422, more.Status);
        Assert.Contains("more than you may yourself", more.Html, StringComparison.Ordinal);

        var shown = await keeper.GetAsync($"/console/keys/{strong}");
        Assert.Contains("It may do more than you", shown.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/rotate", shown.Html, StringComparison.Ordinal);
        foreach (var path in (string[])["", "/rotate"])
            Assert.Equal(
                403,
                (await keeper.PostAsync($"/console/keys/{strong}{path}", Fields(form, ("name", "x"), ("scope", Scopes.MailSend)))).Status
            );
        Assert.Equal(303, (await keeper.PostAsync($"/console/keys/{strong}/revoke", Fields(form))).Status);
        Assert.Equal(409, (await keeper.PostAsync($"/console/keys/{strong}/revoke", Fields(form))).Status);
    }

    [Fact]
    public async Task A_key_gets_another_name_other_scopes_and_another_secret()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync("/console/keys/new");
        var lastDay = product.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", null);
        var made = await ada.PostAsync(
            "/console/keys/new",
            Fields(form, ("name", "Shop"), ("mode", "test"), ("scope", Scopes.StatsRead), ("last_day", lastDay))
        );
        Assert.Equal((200, "no-store"), (made.Status, made.Headers["Cache-Control"]));
        var first = ConsoleCaller.Value(made.Html, "secret");
        Assert.StartsWith("sg_test_", first, StringComparison.Ordinal);
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/messages", first)).Status);
        var id = await KeyIdAsync(product, "Shop");

        var changed = await ada.PostAsync($"/console/keys/{id}", Fields(form, ("name", "Store"), ("scope", Scopes.TemplatesRead)));
        Assert.Equal(303, changed.Status);
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/messages", first)).Status);
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/templates?generations=dynamic", first)).Status);

        var rotated = await ada.PostAsync($"/console/keys/{id}/rotate", Fields(form));
        var second = ConsoleCaller.Value(rotated.Html, "secret");
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/templates?generations=dynamic", first)).Status);
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/templates?generations=dynamic", second)).Status);
        // The last day is over at its end.
        product.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/templates?generations=dynamic", second)).Status);
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_is_said_and_what_was_typed_stays()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync("/console/keys/new");
        var name = ("name", "Kept");
        var scope = ("scope", Scopes.MailSend);

        foreach (
            var (fields, says) in new ((string Name, string Value)[], string)[]
            {
                ([scope], "Give it a name"),
                ([("name", new string('x', 256)), scope], "Give it a name"),
                ([name], "Tick at least one thing"),
                ([name, scope, ("last_day", "soon")], "is no day"),
                ([name, scope, ("last_day", "2020-01-01")], "is over already"),
            }
        )
        {
            var answer = await ada.PostAsync("/console/keys/new", Fields(form, fields));
            Assert.Equal(422, answer.Status);
            Assert.Contains(says, answer.Html, StringComparison.Ordinal);
            Assert.Equal(fields.Contains(name), answer.Html.Contains("value=\"Kept\"", StringComparison.Ordinal));
        }
        Assert.DoesNotContain("Kept", (await ada.GetAsync("/console/keys")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_says_why_before_it_makes_a_key_for_another_tenant()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var staff = await ConsoleCaller.SignInAsOperatorAsync(product);
        await staff.LookAtAsync();
        var form = await staff.GetAsync("/console/keys/new");
        Assert.Contains("name=\"reason\"", form.Html, StringComparison.Ordinal);
        (string, string)[] key = [("name", "Shop"), ("mode", "live"), ("scope", Scopes.MailSend)];

        var silent = await staff.PostAsync("/console/keys/new", Fields(form, key));
        Assert.Equal(422, silent.Status);
        Assert.Contains("Say why", silent.Html, StringComparison.Ordinal);
        Assert.Equal(200, (await staff.PostAsync("/console/keys/new", Fields(form, [.. key, ("reason", "They asked")]))).Status);

        var entry = (await product.AsOperatorAsync("GET", "/api/admin/audit?action=key_add")).Json.GetProperty("entries")[0];
        Assert.Equal(("They asked", "console"), (entry.GetProperty("reason").GetString(), entry.GetProperty("via").GetString()));
        Assert.Equal(JsonValueKind.String, entry.GetProperty("tenant_id").ValueKind);
    }

    [Fact]
    public async Task The_eleventh_key_in_a_minute_waits()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var form = await ada.GetAsync("/console/keys/new");
        var fields = Fields(form, ("name", "Shop"), ("mode", "live"), ("scope", Scopes.MailSend));
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await ada.PostAsync("/console/keys/new", fields)).Status);

        Assert.Equal(429, (await ada.PostAsync("/console/keys/new", fields)).Status);
        Assert.Equal(200, (await ada.GetAsync("/console/keys")).Status);
    }

    internal static Dictionary<string, string> Fields(PageAnswer form, params (string Name, string Value)[] fields)
    {
        var all = fields.ToDictionary(field => field.Name, field => field.Value);
        all[FormGuard.Field] = ConsoleCaller.Field(form.Html, FormGuard.Field);
        return all;
    }

    private static async Task<string> KeyIdAsync(Product product, string name) =>
        (await product.CallAsync("GET", "/v3/api_keys", product.LiveKey))
            .Json.GetProperty("api_keys")
            .EnumerateArray()
            .Single(key => key.GetProperty("name").GetString() == name)
            .GetProperty("id")
            .GetString()!;

    private static async Task AddRoleAsync(Product product, string name, params string[] scopes)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        db.Roles.Add(
            new TenantRole
            {
                Id = Ids.New(product.Clock),
                TenantId = await product.TenantIdAsync(),
                Name = name,
                Permissions = Scopes.Write(scopes),
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
    }
}
