using System.CommandLine;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary>What an operator types about people. Standard input is the process's, so these tests run one after the other.</summary>
public sealed class UserCommandTests
{
    private const string Other = "another long password";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Somebody_is_added_logs_in_is_kept_out_and_let_in_again(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);

        var added = await RunAsync(
            product,
            Logins.Password,
            "user add --email Ada@Example.org --first-name Ada --tenant default --role viewer --password-stdin --as ops --json"
        );
        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.Equal("Ada@Example.org", added.Json.GetProperty("email").GetString());
        Assert.Equal(200, (await product.LogInAsync()).Status);
        Assert.Contains("Ada@Example.org", (await RunAsync(product, "", "user list --tenant default")).Output, StringComparison.Ordinal);
        var again = await RunAsync(product, Logins.Password, "user add --email ada@example.org --tenant default --password-stdin");
        Assert.Equal((2, "There is a user ada@example.org already"), (again.Code, again.Error.Trim()));

        var tokens = await product.LogInAsync();
        Assert.Equal(0, (await RunAsync(product, Other, "user password ada@example.org --password-stdin")).Code);
        Assert.Equal(401, (await product.SubmitAsync((await product.BeginLoginAsync()).State)).Status);
        Assert.Equal(401, (await product.RefreshAsync(tokens.Text("refresh_token"))).Status);
        tokens = await product.LogInAsync(password: Other);
        Assert.Equal(200, tokens.Status);

        Assert.Equal(0, (await RunAsync(product, "", "user disable ADA@example.org --reason Left")).Code);
        Assert.Contains(
            "It was so already",
            (await RunAsync(product, "", "user disable ada@example.org --reason x")).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(401, (await product.RefreshAsync(tokens.Text("refresh_token"))).Status);
        Assert.Equal(403, (await product.SubmitAsync((await product.BeginLoginAsync()).State, password: Other)).Status);
        Assert.Equal(0, (await RunAsync(product, "", "user enable ada@example.org --reason Back")).Code);
        Assert.Equal(200, (await product.LogInAsync(password: Other)).Status);

        var audit = await RunAsync(product, "", "audit list --json");
        var entries = audit.Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(
            ["user_enable", "user_disable", "user_password", "user_add"],
            entries.Select(e => e.GetProperty("action").GetString())
        );
        Assert.Equal(("ops", "Left"), (entries[3].GetProperty("actor").GetString(), entries[1].GetProperty("reason").GetString()));
        foreach (var secret in (string[])[Logins.Password, Other, await HashAsync(product)])
            Assert.DoesNotContain(secret, audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Administrators_of_the_platform_and_of_a_partner_need_no_tenant()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await using (var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform())
        {
            db.Partners.Add(
                new Partner
                {
                    Id = Ids.New(product.Clock),
                    Name = "Agency",
                    Slug = "agency",
                    CreatedAt = product.Clock.GetUtcNow(),
                }
            );
            await db.SaveChangesAsync(Stop);
        }

        Assert.Equal(
            0,
            (await RunAsync(product, Logins.Password, "user add --email s@example.org --rank super_admin --password-stdin")).Code
        );
        Assert.Equal(
            0,
            (await RunAsync(product, Logins.Password, "user add --email p@example.org --partner agency --password-stdin")).Code
        );
        foreach (var (email, role) in ((string, string)[])[("s@example.org", "super_admin"), ("p@example.org", "partner_admin")])
        {
            var login = await product.LogInAsync(email: email);
            Assert.Equal(role, (await product.CallAsync("GET", "/v3/auth/me", login.Text("access_token"))).Text("role"));
        }

        foreach (
            var (words, role) in ((string, string)[])
                [
                    ("--rank super_admin", "super_admin"),
                    ("--partner agency", "partner_admin"),
                    ("--rank tenant_admin --tenant default", "tenant_admin"),
                ]
        )
        {
            var token = (await RunAsync(product, "", $"token {words}")).Output.Trim();
            Assert.Equal(role, (await product.CallAsync("GET", "/v3/auth/me", token)).Text("role"));
        }
    }

    public static TheoryData<string, string, string> Wrong =>
        new()
        {
            { "user add --email ada --tenant default --password-stdin", Logins.Password, "--email is 'ada'; allowed is an address" },
            { "user add --email a@b.test --password-stdin", Logins.Password, "Give --tenant, --rank or --partner" },
            { "user add --email a@b.test --role admin --password-stdin", Logins.Password, "Give --tenant, too" },
            { "user add --email a@b.test --tenant none --password-stdin", Logins.Password, "There is no tenant none" },
            {
                "user add --email a@b.test --tenant default --role boss --password-stdin",
                Logins.Password,
                "The tenant has no role boss; it has admin"
            },
            {
                "user add --email a@b.test --rank king --password-stdin",
                Logins.Password,
                "--rank is 'king'; allowed are super_admin, tenant_admin"
            },
            { "user add --email a@b.test --partner none --password-stdin", Logins.Password, "There is no partner none" },
            {
                "user add --email a@b.test --rank super_admin --partner p --password-stdin",
                Logins.Password,
                "Give --rank or --partner, not both"
            },
            { "user add --email a@b.test --tenant default --password-stdin", "", "The password must have at least 12 characters" },
            {
                "user add --email a@b.test --tenant default --password-stdin",
                "eleven char",
                "The password must have at least 12 characters"
            },
            {
                "user add --email long.name@b.test --tenant default --password-stdin",
                "Long.Name@b.test",
                "The password must not be the email address"
            },
            {
                "user add --email a@b.test --tenant default --password-stdin",
                "aaaaaaaaaaaaaaaa",
                "The password must not repeat one or two characters"
            },
            { "user password nobody@b.test --password-stdin", Logins.Password, "There is no user nobody@b.test" },
            { "user disable nobody@b.test --reason x", "", "There is no user nobody@b.test" },
            { "token --for 1h", "", "Give --tenant with --role or --rank tenant_admin, or --rank super_admin, or --partner" },
            { "token --tenant default", "", "Give --role, --rank or --partner: the token would permit nothing" },
        };

    [Fact]
    public async Task What_cannot_be_taken_is_named_with_what_is_allowed_and_nothing_is_done()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);

        foreach (var (line, input, error) in Wrong.Select(row => (row.Data.Item1, row.Data.Item2, row.Data.Item3)))
        {
            var answer = await RunAsync(product, input, line);
            Assert.Equal((2, ""), (answer.Code, answer.Output));
            Assert.StartsWith(error, answer.Error, StringComparison.Ordinal);
        }
        Assert.Equal("Nothing", (await RunAsync(product, "", "audit list")).Output.Trim());
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Empty(db.Users);
    }

    private static async Task<string> HashAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return (await db.Users.Select(u => u.PasswordHash).SingleAsync(Stop))!;
    }

    private static async Task<Printed> RunAsync(Product product, string input, string line)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var sets = product
            .Settings.Where(s => s.Key.Contains(':', StringComparison.Ordinal))
            .SelectMany(s => (string[])["--set", $"{s.Key}={s.Value}"]);
        var before = Console.In;
        using var typed = new StringReader(input + "\n");
        Console.SetIn(typed);
        try
        {
            var parsed = Commands.Root().Parse([.. line.Split(' '), .. sets]);
            var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, Stop);
            return new Printed(code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetIn(before);
        }
    }

    private sealed record Printed(int Code, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }
}
