using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Rules.OpenApi;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Every operation that SendGrid has too, asked in its dialect: the answer is as SendGrid's own files say, and what was written can be read back.</summary>
public sealed class SendGridSpecTests(RunningApi running) : IClassFixture<RunningApi>
{
    private readonly SendGridSpec _spec = new();

    // Where the files are known to be wrong, or we answer otherwise on purpose.
    private static readonly Dictionary<string, string> Differs = new()
    {
        ["POST /v3/mail/send 200"] = "the sandbox: SendGrid really answers 200, its file knows 202 only",
        ["POST /v3/templates 201"] = "the file wants ids of 36 characters; a dynamic id has 34",
        ["GET /v3/templates/{id} 200"] = "the file wants ids of 36 characters; a dynamic id has 34",
        ["PATCH /v3/templates/{id} 200"] = "the file wants ids of 36 characters; a dynamic id has 34",
        ["POST /v3/templates/{id} 201"] = "the file wants ids of 36 characters; a dynamic id has 34",
    };

    [Fact]
    public async Task Every_answer_is_as_SendGrid_describes_it()
    {
        // Logging in is ours, and the same in both dialects (Decision 14).
        var operations = running
            .Api.Operations.Where(it => it.Dialects.Contains("sendgrid") && !it.Path.StartsWith("/v3/auth/", StringComparison.Ordinal))
            .ToList();
        Assert.All(operations, it => Assert.True(_spec.Has(it.Method, it.Path), $"SendGrid has no {it}"));

        var differing = new HashSet<string>();
        foreach (var operation in operations)
        foreach (var example in operation.Bodies.Select(it => it.Value).DefaultIfEmpty())
        {
            var body = example is null ? null : await running.BodyAsync(example);
            var path = await running.PathAsync(operation) + running.Api.RequiredQuery(operation);
            var answer = await running.SendAsync(operation, path, body, asSendGrid: true);
            var name = string.Create(CultureInfo.InvariantCulture, $"{operation} {answer.Status}");
            var wrong = _spec.Wrong(operation.Method, operation.Path, answer.Status, answer.Text);
            Assert.True(wrong is null || Differs.ContainsKey(name), $"{operation} answered {answer}: {wrong}");
            if (wrong is not null)
                differing.Add(name);
        }
        // An exception that nothing needs would hide a mistake later.
        Assert.Equal(
            Differs.Keys.Where(name => operations.Any(it => name.StartsWith($"{it} ", StringComparison.Ordinal))).Order(),
            differing.Order()
        );
    }

    [Fact]
    public async Task What_was_written_can_be_read_back()
    {
        var reads = running.Api.Operations.Where(it => it.Method == "GET" && it.Dialects.Contains("sendgrid")).ToList();
        foreach (
            var operation in running.Api.Operations.Where(it => it.Dialects.Contains("sendgrid") && it.Method is "POST" or "PATCH" or "PUT")
        )
        foreach (var example in operation.Bodies.Values)
        {
            var isNew = operation.Method == "POST" && !operation.Path.EndsWith('}');
            var read = reads.SingleOrDefault(it =>
                isNew
                    ? it.Path.StartsWith($"{operation.Path}/{{", StringComparison.Ordinal)
                        && it.Path.LastIndexOf('/') == operation.Path.Length
                    : it.Path == operation.Path
            );
            if (read is null || operation.Method == "POST" && !isNew)
                continue;
            var (path, body) = (await running.PathAsync(operation), (await running.BodyAsync(example)).AsObject());
            var answer = await running.SendAsync(operation, path, body, asSendGrid: true);
            var where = isNew ? $"{path}/{Id(answer.Text)}" : path;
            var kept = (await running.Product.Http.GetFromJsonAsync<JsonNode>($"/sendgrid{where}", TestContext.Current.CancellationToken))!;
            if (kept is JsonArray several)
                kept = Assert.Single(several)!;
            foreach (var (name, value) in body.Where(it => kept.AsObject().ContainsKey(it.Key)))
                Assert.True(JsonNode.DeepEquals(value, kept[name]), $"{operation}: {name} was written as {value} and read as {kept[name]}");
        }
    }

    private static string Id(string text)
    {
        var answer = JsonNode.Parse(text)!;
        return (
            answer["id"] ?? answer["api_key_id"] ?? answer["batch_id"] ?? answer["job_id"] ?? answer["recipient_emails"]?[0]
        )!.ToString();
    }
}
