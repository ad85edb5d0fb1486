using System.Text.RegularExpressions;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.IntegrationTests.Rules.Admin;

/// <summary>The audit log is added to and never rewritten, and shows everybody what he may see.</summary>
public sealed partial class AuditTests
{
    [Fact]
    public void No_code_changes_or_deletes_an_entry_but_the_progress_of_work_on_the_queue()
    {
        var writers =
            from path in RepositoryFiles.With(".cs")
            where
                !path.Contains("/Migrations/", StringComparison.Ordinal)
                && !path.StartsWith("ScaiSend.IntegrationTests", StringComparison.Ordinal)
            from Match statement in Statement().Matches(RepositoryFiles.Read(path))
            select $"{path}: {statement.Groups[2].Value}";

        Assert.Equal(["ScaiSend.Platform/Storage/Queue/AuditLog.cs: ExecuteUpdateAsync"], writers);
        // And that one writes nothing but how far it is.
        var set = SetProperty().Matches(RepositoryFiles.Read("ScaiSend.Platform/Storage/Queue/AuditLog.cs")).Select(m => m.Groups[1].Value);
        Assert.Equal(["BeingSent", "Changed", "DueAt", "FinishedAt", "Matched", "Position"], set.Order());
    }

    [Fact]
    public async Task Nobody_changes_or_deletes_an_entry_over_HTTP()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        var entry = (await world.LastEntryAsync("away")).GetProperty("id").GetString();
        foreach (var who in (string[])["operator", "super", "partner two", "admin of away"])
        foreach (var path in (string[])["/api/admin/audit", $"/api/admin/audit/{entry}"])
        foreach (var method in (string[])["POST", "PUT", "PATCH", "DELETE"])
            Assert.Equal(405, (await world.CallAsync(who, method, path, new { action = "none" })).Status);
        Assert.Equal("tenant_add", (await world.LastEntryAsync("away")).GetProperty("action").GetString());
    }

    [Fact]
    public async Task Everybody_sees_the_entries_that_are_his()
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        await world.MakeAsync("admin of beside", "/api/admin/groups", new { name = "Helpers" });
        await world.DoAsync("admin of beside", "PUT", "/api/admin/tenants/{beside}/settings", new { keep_bodies_days = 3 });

        Assert.Equal("partner_add partner_add tenant_add tenant_add group_add settings_change", await ActionsAsync(world, "operator", ""));
        Assert.Equal("tenant_add group_add settings_change", await ActionsAsync(world, "admin of beside", ""));
        // Groups are people, and no matter of the partner's.
        Assert.Equal("tenant_add settings_change", await ActionsAsync(world, "partner one", ""));
        Assert.Equal("tenant_add", await ActionsAsync(world, "partner two", ""));
        Assert.Equal("", await ActionsAsync(world, "nobody of beside", ""));
        Assert.Equal("", await ActionsAsync(world, "admin of default", "tenant={beside}"));
        Assert.Equal("", await ActionsAsync(world, "admin of default", "tenant=no-such-tenant"));
        Assert.Equal("group_add settings_change", await ActionsAsync(world, "operator", "actor=usr_admin_beside"));
        Assert.Equal("group_add", await ActionsAsync(world, "operator", "action=group_add&tenant=beside"));
        var today = world.Product.Clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("tenant_add", await ActionsAsync(world, "partner two", $"start_time={today}&end_time={today}"));
        Assert.Equal("", await ActionsAsync(world, "partner two", "end_time=2001-01-01"));
        Assert.Equal("", await ActionsAsync(world, "partner two", "start_time=2100-01-01"));
    }

    [Theory]
    [InlineData("operator", "PATCH", "/api/admin/tenants/{default}", """{"name":"x"}""")]
    [InlineData("super", "PATCH", "/api/admin/tenants/{default}", """{"name":"x"}""")]
    [InlineData("super of away", "PATCH", "/api/admin/tenants/{default}", """{"name":"x"}""")]
    [InlineData("operator", "PUT", "/api/admin/tenants/{default}/tracking", """{"open_tracking_enabled":true}""")]
    [InlineData("operator", "PUT", "/api/admin/tenants/{default}/settings", """{"keep_bodies_days":3}""")]
    [InlineData("partner one", "POST", "/api/admin/tenants/{default}/suspend", "{}")]
    [InlineData("operator", "POST", "/api/admin/roles?tenant={default}", """{"name":"x","permissions":[]}""")]
    [InlineData("super of away", "POST", "/api/admin/groups?tenant={default}", """{"name":"x"}""")]
    public async Task Staff_says_why_it_changes_a_tenant_that_is_not_its_own(string who, string method, string path, string body)
    {
        await using var world = await AdminWorld.StartAsync(Stack.Embedded);
        var json = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();

        var refused = await world.CallAsync(who, method, path, json);
        Assert.True(refused.Status == 422, refused.Body);
        Assert.Equal("reason", refused.Json.GetProperty("detail")[0].GetProperty("loc")[1].GetString());
        json["reason"] = "Ticket 4711";
        await world.DoAsync(who, method, path, json);
        Assert.Equal("Ticket 4711", (await world.LastEntryAsync("default")).GetProperty("reason").GetString());
    }

    private static async Task<string> ActionsAsync(AdminWorld world, string who, string query) =>
        string.Join(
            ' ',
            (await world.DoAsync(who, "GET", $"/api/admin/audit?{query}"))
                .Json.GetProperty("entries")
                .EnumerateArray()
                .Select(e => e.GetProperty("action").GetString())
                .Reverse()
        );

    // What EF or SQL would do to the table beside adding and reading.
    [GeneratedRegex(
        @"(AuditEntries|audit_entries|AuditEntry>\(\))(?:[^;]*?)(ExecuteUpdateAsync|ExecuteDeleteAsync|\.Remove\w*\(|\.Update\w*\(|UPDATE |DELETE )"
    )]
    private static partial Regex Statement();

    [GeneratedRegex(@"SetProperty\(e => e\.(\w+)")]
    private static partial Regex SetProperty();
}
