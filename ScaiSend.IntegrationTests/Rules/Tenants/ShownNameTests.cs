using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Rules.Tenants;

/// <summary>Names that stand in lists and tables, and could pretend to be another line or another name there.</summary>
public sealed class ShownNameTests
{
    [Theory]
    [InlineData("The shop", true)]
    [InlineData("Größe & Söhne", true)]
    [InlineData("חנות", true)]
    [InlineData("Team 👩‍🚀", true)]
    [InlineData("", false)]
    [InlineData("  ", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("a\u001b[31mb", false)]
    [InlineData("\u202eevil", false)]
    [InlineData("a\u2066b", false)]
    [InlineData("a\ufeffb", false)]
    public void A_name_stays_on_its_line_and_in_its_place(string name, bool isAllowed)
    {
        Assert.Equal(isAllowed, ShownName.Allows(name));
        Assert.True(
            ShownName
                .Printable(name)
                .All(c => c is '\u200c' or '\u200d' || ShownName.Allows(c.ToString()) || c == ' ' || char.IsSurrogate(c))
        );
    }

    [Fact]
    public async Task Whoever_gives_another_name_is_told_so()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        const string forged = "a\r\nb";
        world.Names["group"] = await world.MakeAsync("admin of default", "/api/admin/groups", new { name = "Helpers" });
        world.Names["role"] = await world.MakeAsync(
            "admin of default",
            "/api/admin/roles",
            new { name = "readers", permissions = Array.Empty<string>() }
        );
        foreach (
            var (who, method, path, body) in ((string, string, string, object)[])
                [
                    ("admin of default", "PATCH", "/api/admin/tenants/{default}", new { name = forged }),
                    ("operator", "POST", "/api/admin/tenants", new { name = forged, slug = "forged" }),
                    ("operator", "POST", "/api/admin/partners", new { name = forged, slug = "forged" }),
                    ("operator", "PATCH", "/api/admin/partners/{one}", new { name = forged, reason = "x" }),
                    ("admin of default", "POST", "/api/admin/groups", new { name = forged }),
                    ("admin of default", "PATCH", "/api/admin/groups/{group}", new { name = forged }),
                    ("admin of default", "POST", "/api/admin/roles", new { name = " ", permissions = Array.Empty<string>() }),
                    ("admin of default", "PATCH", "/api/admin/roles/{role}", new { name = "\u202eevil" }),
                ]
        )
        {
            var answer = await world.CallAsync(who, method, path, body);
            Assert.True(
                answer.Status == 422 && answer.Body.Contains("\"name\"", StringComparison.Ordinal),
                $"{method} {path}: {answer.Status} {answer.Body}"
            );
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Roles_that_differ_in_capitals_alone_are_one(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);

        var answer = await world.CallAsync(
            "admin of default",
            "POST",
            "/api/admin/roles",
            new { name = "ADMIN", permissions = Array.Empty<string>() }
        );

        Assert.Equal(409, answer.Status);
    }
}
