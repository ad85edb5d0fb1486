using System.Text;
using System.Text.Json.Nodes;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.SendGridShape;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>A good request, and what comes out when something in it is changed.</summary>
internal static class Requests
{
    public const string Removed = "(removed)";

    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static JsonObject Good() =>
        JsonNode
            .Parse(
                """
                {
                  "personalizations": [
                    {"to": [{"email": "ann@example.org", "name": "Ann"}, {"email": "bob@example.org"}], "cc": [{"email": "cid@example.org"}], "bcc": [{"email": "dan@example.org"}]}
                  ],
                  "from": {"email": "shop@example.test", "name": "Shop"},
                  "subject": "Your order",
                  "content": [{"type": "text/plain", "value": "Hello"}, {"type": "text/html", "value": "<p>Hello</p>"}]
                }
                """
            )!
            .AsObject();

    /// <summary>The good request with the value at a dotted path replaced, added (an index at the end of an array appends) or removed.</summary>
    public static JsonObject With(params (string Path, string Json)[] changes)
    {
        var request = Good();
        foreach (var (path, json) in changes)
            Change(request, path.Split('/'), json);
        return request;
    }

    public static ParseOutcome Parse(string json) => MailSendRequest.Parse(Encoding.UTF8.GetBytes(json), Now);

    public static ParseOutcome Parse(JsonNode request) => Parse(request.ToJsonString());

    public static ParsedMail Accepted(JsonNode request)
    {
        var outcome = Parse(request);
        Assert.Empty(outcome.Errors);
        return outcome.Mail!;
    }

    public static IReadOnlyList<ApiError> Refused(JsonNode request)
    {
        var outcome = Parse(request);
        Assert.Null(outcome.Mail);
        Assert.NotEmpty(outcome.Errors);
        return outcome.Errors;
    }

    private static void Change(JsonNode node, string[] path, string json)
    {
        foreach (var step in path[..^1])
            node = Child(node, step);
        var value = json == Removed ? null : JsonNode.Parse(json);
        if (node is JsonArray array)
        {
            var index = int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture);
            if (index == array.Count)
                array.Add(value);
            else if (json == Removed)
                array.RemoveAt(index);
            else
                array[index] = value;
        }
        else if (json == Removed)
            node.AsObject().Remove(path[^1]);
        else
            node[path[^1]] = value;
    }

    private static JsonNode Child(JsonNode node, string step)
    {
        if (node is JsonArray array)
            return array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]!;
        return node[step] ?? (node[step] = new JsonObject());
    }
}
