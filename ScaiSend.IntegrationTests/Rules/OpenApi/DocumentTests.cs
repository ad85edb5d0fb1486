using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>The document beside the routes of the running product.</summary>
public sealed partial class DocumentTests(RunningApi running) : IClassFixture<RunningApi>
{
    [Fact]
    public void Every_route_is_described_and_every_description_is_a_route()
    {
        var routes = Routes().Select(it => $"{it.Method} {it.Path}").Order();

        Assert.Equal(routes, running.Api.Operations.Select(it => it.ToString()).Order());
    }

    [Fact]
    public void Scopes_and_dialects_are_those_of_the_access_rules()
    {
        foreach (var (path, method, rule) in Routes())
        {
            var operation = running.Api.Operation(method, path);
            Assert.Equal(rule is null, operation.IsPublic);
            Assert.Equal(rule is null, operation.Json["security"]!.AsArray().Count == 0);
            Assert.Equal(
                rule?.Administrators is { } who ? (who.AlsoPartners, who.AlsoKeys) : ((bool, bool)?)null,
                operation.Json["x-administrators"] is { } described
                    ? (described["partners"]!.GetValue<bool>(), described["keys"]!.GetValue<bool>())
                    : null
            );
            Assert.Equal(rule?.AnyOfScopes ?? [], operation.Scopes);
            if (rule is not null)
                Assert.Equal(rule.Dialects == Dialects.Both ? ["documented", "sendgrid"] : ["documented"], operation.Dialects);
        }
    }

    [Fact]
    public void Every_path_parameter_is_described()
    {
        Assert.All(
            running.Api.Operations,
            operation =>
                Assert.Equal(
                    RoutePatternParameters(operation.Path),
                    running.Api.Parameters(operation).Where(it => Is(it, "in", "path")).Select(it => it["name"]!.GetValue<string>())
                )
        );
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_a_summary_and_a_known_tag()
    {
        var tags = running.Api.Document["tags"]!.AsArray().Select(it => it!["name"]!.GetValue<string>()).ToList();

        Assert.Equal(running.Api.Operations.Count, running.Api.Operations.DistinctBy(it => it.Json["operationId"]!.ToString()).Count());
        Assert.All(running.Api.Operations, it => Assert.NotEmpty(it.Json["summary"]!.ToString()));
        Assert.All(running.Api.Operations, it => Assert.Contains(Assert.Single(it.Json["tags"]!.AsArray())!.ToString(), tags));
    }

    [Fact]
    public void Every_reference_points_at_something()
    {
        var text = running.Api.Document.ToJsonString();
        foreach (Match reference in References().Matches(text))
            Assert.NotNull(running.Api.Resolve(new JsonObject { ["$ref"] = reference.Groups[1].Value }));
    }

    [Fact]
    public void Every_example_is_valid_for_its_schema()
    {
        foreach (var media in Media(running.Api.Document))
        {
            var examples = media["examples"]?.AsObject().Select(it => it.Value!["value"]!).ToList() ?? [];
            if (media["example"] is { } single)
                examples.Add(single);
            foreach (var example in examples)
                Assert.Null(running.Api.Wrong(media["schema"]!, JsonDocument.Parse(example.ToJsonString()).RootElement));
        }
    }

    [GeneratedRegex("\"\\$ref\":\"([^\"]+)\"")]
    private static partial Regex References();

    private static bool Is(JsonNode node, string name, string value) => node[name]!.GetValue<string>() == value;

    private static IEnumerable<string> RoutePatternParameters(string path) =>
        path.Split('/').Where(it => it.StartsWith('{')).Select(it => it[1..^1]);

    private static IEnumerable<JsonNode> Media(JsonNode? node)
    {
        if (node is JsonArray items)
            return items.SelectMany(Media);
        if (node is not JsonObject members)
            return [];
        var below = members.SelectMany(it => Media(it.Value));
        return members["content"] is JsonObject types && types["application/json"] is { } media ? below.Append(media) : below;
    }

    // The page and its assets are for people, and Scalar's; the console is for people, too.
    private IEnumerable<(string Path, string Method, AccessRule? Rule)> Routes() =>
        from endpoint in running.Product.Services.GetServices<EndpointDataSource>().SelectMany(it => it.Endpoints).OfType<RouteEndpoint>()
        let path = $"/{endpoint.RoutePattern.RawText!.Trim('/')}"
        where !path.StartsWith("/docs", StringComparison.Ordinal) && !path.StartsWith("/console", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (path, method, endpoint.Metadata.GetMetadata<AccessRule>());
}
