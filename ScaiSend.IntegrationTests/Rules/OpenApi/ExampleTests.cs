using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>The document's examples and limits, tried on the running product; every answer is checked against the document.</summary>
public sealed class ExampleTests(RunningApi running) : IClassFixture<RunningApi>
{
    // At these limits a request is refused for another reason.
    private static readonly Dictionary<string, string> NeverAtLimit = new()
    {
        ["POST /v3/mail/send personalizations.0.cc maxItems"] = "to, cc and bcc together are limited, and there is always a to",
        ["POST /v3/mail/send personalizations.0.bcc maxItems"] = "to, cc and bcc together are limited, and there is always a to",
        ["POST /v3/mail/send batch_id maxLength"] = "issued ids are shorter",
        ["POST /v3/auth/callback code maxLength"] = "what is padded is another code",
        ["POST /v3/auth/callback state maxLength"] = "what is padded is another state",
        ["POST /v3/auth/refresh refresh_token maxLength"] = "what is padded is another token",
        ["POST /v3/templates/{id}/versions test_data maxLength"] = "what is padded is no JSON",
        ["PATCH /v3/templates/{id}/versions/{versionId} test_data maxLength"] = "what is padded is no JSON",
        ["POST /v3/user/scheduled_sends batch_id maxLength"] = "issued ids are shorter",
        ["POST /api/admin/queue tenant maxLength"] = "there is no tenant of that name",
        ["POST /v3/api_keys scopes maxItems"] = "there are not so many scopes",
        ["POST /v3/user/webhooks enabled_events maxItems"] = "there are not so many types of events",
        ["PATCH /v3/user/webhooks/{id} enabled_events maxItems"] = "there are not so many types of events",
        ["POST /v3/user/webhooks/{id}/replay event_types maxItems"] = "there are not so many types of events",
        ["POST /v3/user/webhooks/event/settings oauth_client_id maxLength"] = "the URL is taken by then",
        ["POST /v3/user/webhooks/event/settings oauth_client_secret maxLength"] = "the URL is taken by then",
        ["POST /v3/user/webhooks/event/settings oauth_token_url maxLength"] = "the URL is taken by then",
        ["POST /api/admin/roles permissions maxItems"] = "what is padded is no permission",
        ["PATCH /api/admin/roles/{id} permissions maxItems"] = "what is padded is no permission",
        ["POST /api/admin/roles reason maxLength"] = "the name is taken by then",
        ["PUT /v3/api_keys/{id} scopes maxItems"] = "there are not so many scopes",
    };

    private const string SignedByScaiKey = "/webhooks/scaikey";

    [Fact]
    public async Task Every_request_example_is_accepted_in_each_dialect()
    {
        // What leads away leads to nobody here, and what ScaiKey sends it has signed; their journeys follow them.
        foreach (
            var operation in running.Api.Operations.Where(it =>
                it.Json["responses"] is var its && its!["302"] is null && its["303"] is null && it.Path != SignedByScaiKey
            )
        )
        foreach (var dialect in operation.IsPublic ? ["documented"] : operation.Dialects)
        foreach (var example in operation.Bodies.Select(it => it.Value).DefaultIfEmpty())
        {
            var body = example is null ? null : await running.BodyAsync(example);
            var path = await running.PathAsync(operation) + running.Api.RequiredQuery(operation);
            var answer = await running.SendAsync(operation, path, body, dialect == "sendgrid");
            Assert.True(answer.Status is >= 200 and < 300, $"{operation} answered {answer}");
        }
    }

    [Fact]
    public async Task Every_documented_limit_of_a_body_holds()
    {
        var (neverAccepted, tried) = (new HashSet<string>(), 0);
        foreach (var operation in running.Api.Operations.Where(it => it.BodySchema is not null))
        {
            var (path, accepted) = (await running.PathAsync(operation), new HashSet<string>());
            foreach (var example in operation.Bodies.Values)
            {
                var bodies = new BrokenBodies(running.Api, operation.BodySchema!, await running.BodyAsync(example)).Make();
                foreach (var (rule, body) in bodies.Broken)
                {
                    var answer = await running.SendAsync(operation, path, body);
                    Assert.True(answer.Status is 400 or 422, $"{operation} without {rule} answered {answer}");
                    tried++;
                }
                foreach (var (rule, body) in bodies.AtLimit.Where(it => !accepted.Contains(it.Rule)))
                {
                    var answer = await running.SendAsync(operation, path, body);
                    if (answer.Status is >= 200 and < 300)
                        accepted.Add(rule);
                    else
                        neverAccepted.Add($"{operation} {rule}");
                }
            }
            neverAccepted.ExceptWith(accepted.Select(rule => $"{operation} {rule}"));
        }
        // What an address of the greatest length must be like is a matter of its own: AddressRuleTests.
        neverAccepted.RemoveWhere(rule => rule.EndsWith("email maxLength", StringComparison.Ordinal));
        var expected = NeverAtLimit.Keys.Where(rule =>
            running.Api.Operations.Any(it => rule.StartsWith($"{it} ", StringComparison.Ordinal))
        );
        Assert.Equal(string.Join('\n', expected.Order()), string.Join('\n', neverAccepted.Order()));
        Assert.True(tried > 100, $"Only {tried} rules were tried");
    }

    [Fact]
    public async Task Every_documented_limit_of_a_query_holds()
    {
        foreach (var operation in running.Api.Operations)
        foreach (var parameter in running.Api.Parameters(operation).Where(it => it["in"]!.GetValue<string>() == "query"))
        {
            var (path, name, rules) = (await running.PathAsync(operation), parameter["name"], running.Api.Resolve(parameter["schema"]!));
            var needed = running.Api.RequiredQuery(operation);
            foreach (var (value, isGood) in Values(rules))
            {
                var answer = await running.SendAsync(
                    operation,
                    $"{path}{needed}{(needed.Length > 0 ? '&' : '?')}{name}={Uri.EscapeDataString(value)}",
                    body: null
                );
                Assert.True(isGood ? answer.Status == 200 : answer.Status is 400 or 422, $"{operation} {name}={value} answered {answer}");
            }
        }
    }

    [Fact]
    public async Task Every_message_of_a_refusal_is_described()
    {
        foreach (var operation in running.Api.Operations.Where(it => ErrorTexts.Of(it).Count > 0))
        {
            var known = ErrorTexts.Of(operation);
            var path = await running.PathAsync(operation);
            foreach (var example in operation.Bodies.Values)
            foreach (
                var (rule, body) in new BrokenBodies(running.Api, operation.BodySchema!, await running.BodyAsync(example)).Make().Broken
            )
            {
                var answer = await running.SendAsync(operation, path, body);
                foreach (var error in JsonNode.Parse(answer.Text)!["errors"]!.AsArray())
                {
                    var message = error!["message"]!.GetValue<string>();
                    Assert.True(known.Any(it => it.IsMatch(message)), $"{operation} without {rule} says what is not described: {message}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_is_as_described_at_every_point_of_its_way(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("late@example.org", "451 4.3.0 Later");
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 No such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var schema = running.Api.Document["components"]!["schemas"]!["Message"]!;

        foreach (
            var (address, state) in ((string, string)[])
                [("ada@example.org", "Delivered"), ("late@example.org", "Deferred"), ("nobody@example.org", "Bounced")]
        )
        {
            var id = await product.SendAsync(
                Some.To(address),
                new { reply_to = new { email = "r@example.test" }, custom_args = new { a = "b" } }
            );
            await product.EmailInStateAsync(id, state);
            Assert.Null(running.Api.Wrong(schema, await product.MessageAsync(id)));
        }
    }

    private static IEnumerable<(string Value, bool IsGood)> Values(JsonNode rules)
    {
        if (rules["type"]!.ToString() is "integer" or "boolean")
            yield return ("some", false);
        if (rules["minimum"] is { } least)
        {
            yield return (least.ToString(), true);
            yield return (Text(least.GetValue<int>() - 1), false);
        }
        if (rules["maximum"] is { } most)
        {
            yield return (most.ToString(), true);
            yield return (Text(most.GetValue<int>() + 1), false);
        }
        foreach (var word in rules["enum"]?.AsArray() ?? [])
            yield return (word!.ToString(), true);
        if (rules["enum"] is not null)
            yield return ("no-such-word", false);
        foreach (var example in rules["examples"]?.AsArray() ?? [])
            yield return (example!.ToString(), true);
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
