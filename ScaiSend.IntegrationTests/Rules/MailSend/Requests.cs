using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScaiSend.Api.MailSend;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>Requests to check: a valid one, and the valid one with something changed.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public const string Small = """
        {"personalizations":[{"to":[{"email":"a@example.org"}]}],"from":{"email":"s@example.com"},"subject":"S","content":[{"type":"text/plain","value":"v"}]}
        """;

    /// <summary>Uses every field.</summary>
    public const string Full = """
        {
          "personalizations": [
            {
              "to": [{"email": "ann@example.org", "name": "Ann"}, {"email": "bob@example.org"}],
              "cc": [{"email": "cc@example.org", "name": "C"}],
              "bcc": [{"email": "bcc@example.org"}],
              "subject": "Hello -name-",
              "headers": {"X-Order": "12"},
              "substitutions": {"-name-": "Ann"},
              "custom_args": {"user": "7"},
              "send_at": 1772366400
            }
          ],
          "from": {"email": "shop@example.com", "name": "Shop"},
          "reply_to": {"email": "help@example.com", "name": "Help"},
          "subject": "Hello",
          "content": [{"type": "text/plain", "value": "Hi"}, {"type": "text/html", "value": "<p>Hi</p>"}],
          "attachments": [{"content": "aGVsbG8=", "filename": "a.txt", "type": "text/plain", "disposition": "inline", "content_id": "one"}],
          "headers": {"X-Shop": "yes"},
          "categories": ["orders"],
          "custom_args": {"tenant": "x", "count": 3, "paid": true},
          "send_at": 1772380000,
          "batch_id": "b1",
          "asm": {"group_id": 3, "groups_to_display": [3, 4]},
          "ip_pool_name": "main",
          "mail_settings": {"sandbox_mode": {"enable": true}, "bypass_list_management": {"enable": false}, "footer": {"enable": true, "text": "t", "html": "h"}},
          "tracking_settings": {"click_tracking": {"enable": true, "enable_text": false}, "open_tracking": {"enable": true, "substitution_tag": "%o%"},
            "subscription_tracking": {"enable": false}, "ganalytics": {"enable": true, "utm_source": "s"}}
        }
        """;

    public static ParseOutcome Check(string json) => MailSendRequest.Parse(Encoding.UTF8.GetBytes(json), Now);

    /// <summary>The full request with <paramref name="value"/> (JSON; null removes) at a dotted path.</summary>
    public static string With(string path, string? value)
    {
        var root = JsonNode.Parse(Full)!;
        var steps = path.Split('.');
        var owner = steps[..^1].Aggregate(root, Step);
        if (owner is JsonArray array)
            array[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = JsonNode.Parse(value!);
        else if (value is null)
            owner.AsObject().Remove(steps[^1]);
        else
            owner.AsObject()[steps[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    public static string Repeat(int count, Func<int, string> item) => $"[{string.Join(',', Enumerable.Range(0, count).Select(item))}]";

    private static JsonNode Step(JsonNode node, string step) =>
        node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!;
}
