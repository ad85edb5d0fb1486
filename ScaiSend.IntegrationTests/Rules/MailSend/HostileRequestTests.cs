using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ScaiSend.Api.MailSend;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class HostileRequestTests
{
    private static readonly string Full = Requests
        .With(
            ("personalizations/0/subject", "\"Own -n-\""),
            ("personalizations/0/from", "{\"email\":\"sales@example.test\",\"name\":\"Sales\"}"),
            ("personalizations/0/headers", "{\"X-Own\":\"1\"}"),
            ("personalizations/0/substitutions", "{\"-n-\":\"Ann\"}"),
            ("reply_to_list", "[{\"email\":\"help@example.test\",\"name\":\"Help\"}]"),
            (
                "attachments",
                "[{\"content\":\"aGk=\",\"filename\":\"hi.png\",\"type\":\"image/png\",\"disposition\":\"inline\",\"content_id\":\"logo\"}]"
            ),
            ("headers", "{\"X-Shared\":\"a\"}"),
            ("categories", "[\"cake\"]"),
            ("custom_args", "{\"a\":\"b\"}"),
            ("send_at", "1767268900"),
            ("asm", "{\"group_id\":5,\"groups_to_display\":[5]}"),
            ("mail_settings", "{\"sandbox_mode\":{\"enable\":true},\"footer\":{\"text\":\"a\"}}"),
            ("tracking_settings", "{\"open_tracking\":{\"enable\":true,\"substitution_tag\":\"x\"}}")
        )
        .ToJsonString();

    private static readonly string[] Junk =
    [
        "null",
        "true",
        "-1e400",
        "\"\"",
        "\"\\ud83d\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[]]",
        "{\"\":{}}",
        "{",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "d-",
        "9223372036854775808",
    ];

    /// <summary>A request with nearly every field there is.</summary>
    internal static JsonObject FullRequest() => JsonNode.Parse(Full)!.AsObject();

    [Fact]
    public void The_full_request_is_good() => Assert.Empty(Requests.Parse(Full).Errors);

    [Fact]
    public void Changed_bytes_never_throw() =>
        Gen.Select(Gen.Int[0, Full.Length - 1], Gen.Int[0, 12], Gen.OneOf(Gen.OneOf(Junk), Gen.String[0, 4]))
            .Array[1, 4]
            .Sample(
                changes =>
                {
                    var text = Full;
                    foreach (var (at, length, junk) in changes)
                    {
                        var start = Math.Min(at, text.Length);
                        text = text.Remove(start, Math.Min(length, text.Length - start)).Insert(start, junk);
                    }
                    AssertIsAnOutcome(Encoding.UTF8.GetBytes(text));
                },
                iter: 3000
            );

    [Fact]
    public void Any_bytes_never_throw() => Gen.Byte.Array[0, 200].Sample(AssertIsAnOutcome, iter: 2000);

    [Fact]
    public void A_value_of_any_kind_anywhere_never_throws() =>
        Gen.Select(
                Gen.Int[0, Places(JsonNode.Parse(Full)!).Count - 1],
                Gen.OneOf("null", "true", "1", "1.5", "\"a\"", "[]", "[1]", "{}", "{\"a\":1}")
            )
            .Sample(
                (place, json) =>
                {
                    var request = JsonNode.Parse(Full)!;
                    Places(request)[place].ReplaceWith(JsonNode.Parse(json));
                    AssertIsAnOutcome(Encoding.UTF8.GetBytes(request.ToJsonString()));
                },
                iter: 2000
            );

    // Every string of the full request that reaches a header or the envelope, with a break put in at any place.
    [Theory]
    [InlineData("personalizations/0/to/0/email")]
    [InlineData("personalizations/0/to/0/name")]
    [InlineData("personalizations/0/cc/0/email")]
    [InlineData("personalizations/0/bcc/0/email")]
    [InlineData("personalizations/0/subject")]
    [InlineData("personalizations/0/from/email")]
    [InlineData("personalizations/0/from/name")]
    [InlineData("personalizations/0/headers/X-Own")]
    [InlineData("personalizations/0/substitutions/-n-")]
    [InlineData("from/email")]
    [InlineData("from/name")]
    [InlineData("reply_to_list/0/email")]
    [InlineData("reply_to_list/0/name")]
    [InlineData("subject")]
    [InlineData("content/0/type")]
    [InlineData("content/1/type")]
    [InlineData("attachments/0/filename")]
    [InlineData("attachments/0/type")]
    [InlineData("attachments/0/disposition")]
    [InlineData("attachments/0/content_id")]
    [InlineData("headers/X-Shared")]
    [InlineData("categories/0")]
    public void A_break_in_a_header_is_refused(string path) =>
        Gen.Select(Gen.Int[0, 40], Gen.OneOf("\r", "\n", "\r\n", "\0", "\r\nBcc: eve@example.org", "\n\n"))
            .Sample(
                (at, breaking) =>
                {
                    var request = JsonNode.Parse(Full)!;
                    var node = path.Split('/').Aggregate(request, (parent, step) => parent is JsonArray array ? array[0]! : parent[step]!);
                    var text = node.GetValue<string>();
                    node.ReplaceWith(text.Insert(at % (text.Length + 1), breaking));
                    Assert.NotEmpty(Requests.Parse(request).Errors);
                },
                iter: 100
            );

    [Theory]
    [InlineData("headers")]
    [InlineData("personalizations/0/headers")]
    public void A_break_in_a_headers_name_is_refused(string path) =>
        Gen.Select(Gen.Int[0, 3], Gen.OneOf("\r", "\n", "\r\n", "\0", ": a\r\nBcc"))
            .Sample(
                (at, breaking) =>
                {
                    var name = "X-A".Insert(at, breaking);
                    var request = Requests.With((path, new JsonObject { [name] = "a" }.ToJsonString()));
                    Assert.NotEmpty(Requests.Parse(request).Errors);
                },
                iter: 50
            );

    [Fact]
    public void A_flood_of_errors_is_cut_off()
    {
        var parts = string.Join(',', Enumerable.Repeat("{\"type\":\"\",\"value\":1}", 5000));

        Assert.Equal(1000, Requests.Refused(Requests.With(("content", $"[{parts}]"))).Count);
    }

    private static void AssertIsAnOutcome(byte[] json)
    {
        var outcome = MailSendRequest.Parse(json, Requests.Now);
        Assert.Equal(outcome.Mail is null, outcome.Errors.Count > 0);
        Assert.All(outcome.Errors, error => Assert.NotEmpty(error.Message));
    }

    /// <summary>Every value of a request but its root.</summary>
    internal static List<JsonNode> Places(JsonNode node)
    {
        var places = new List<JsonNode>();
        Add(node);
        return places[1..];

        void Add(JsonNode? found)
        {
            if (found is null)
                return;
            places.Add(found);
            foreach (var child in found is JsonObject map ? map.Select(pair => pair.Value) : found as IEnumerable<JsonNode?> ?? [])
                Add(child);
        }
    }
}
