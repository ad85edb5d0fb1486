using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>Thousands of mangled requests over the wire: whatever comes, the door answers it in its envelope, and never with a 500.</summary>
public sealed class FuzzedFrontDoorTests
{
    private const int TimeBudgetSeconds = 10;

    private static readonly string[] Raw = ["1e999", "\"\\ud800\"", "nul", "01", "[", "\"\t\""];

    private static readonly string[] Values =
    [
        .. Raw,
        "null",
        "true",
        "-1",
        "0.5",
        "9223372036854775808",
        "\"\"",
        "\"a\"",
        "\"d-00000000000000000000000000000000\"",
        "\"\\u0000\"",
        "\"{{#each a}}\"",
        "[]",
        "[null]",
        "[[[[]]]]",
        "{}",
        "{\"\":null}",
        "{\"email\":\"x\"}",
        "{\"enable\":true}",
    ];

    private static readonly string[] Names =
    [
        "template_id",
        "dynamic_template_data",
        "attachments",
        "content",
        "send_at",
        "batch_id",
        "asm",
        "sections",
        "mail_settings",
        "tracking_settings",
        "personalizations",
        "categories",
        "headers",
        "custom_args",
        "reply_to_list",
        "x",
    ];

    private static readonly Gen<byte[]> Bodies = Gen.OneOf(
        Mangling(),
        Gen.Select(Mangling(), Gen.Int[0, 4000], Gen.Byte)
            .Select((body, at, value) => body.Length == 0 ? body : [.. body[..(at % body.Length)], value, .. body[(at % body.Length)..]]),
        Gen.Select(Mangling(), Gen.Int[0, 4000]).Select((body, at) => body.Length == 0 ? body : body[..(at % body.Length)])
    );

    [Fact]
    public async Task No_request_is_answered_with_a_500()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        // Accepted ones are stored as sandbox messages, so that the run costs no deliveries.
        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", product.TestKey);
        var answered = 0;

        await Bodies.SampleAsync(
            async body =>
            {
                await AssertIsAnsweredAsync(product.Http, "/v3/mail/send", body);
                Interlocked.Increment(ref answered);
            },
            time: TimeBudgetSeconds
        );

        Assert.True(answered > 500, $"Only {answered} requests were answered in {TimeBudgetSeconds} seconds");
    }

    private static async Task AssertIsAnsweredAsync(HttpClient http, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await http.PostAsync(path, content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(
            (int)answer.StatusCode is 202 or 400 or 403 or 413,
            $"{(int)answer.StatusCode} {text} to {Encoding.UTF8.GetString(body)}"
        );
        var root = JsonDocument.Parse(text).RootElement;
        Assert.True((int)answer.StatusCode == 202 || root.GetProperty("errors").GetArrayLength() > 0, text);
    }

    // A good request in which some values are replaced, removed, or joined by others.
    private static Gen<byte[]> Mangling() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 3], Gen.OneOf(Values), Gen.OneOf(Names))
            .Array[0, 4]
            .Select(changes =>
            {
                var request = HostileRequestTests.FullRequest();
                foreach (var (at, kind, value, name) in changes)
                    Change(request, at, kind, value, name);
                var json = request.ToJsonString();
                for (var i = 0; i < Raw.Length; i++)
                    json = json.Replace($"\"raw{i}\"", Raw[i], StringComparison.Ordinal);
                return Encoding.UTF8.GetBytes(json);
            });

    private static void Change(JsonNode request, int at, int kind, string value, string name)
    {
        var places = HostileRequestTests.Places(request);
        if (places.Count == 0)
            return;
        var place = places[at % places.Count];
        // What no JsonNode can hold, such as half a surrogate pair, is put in when the request is text.
        JsonNode? node = Raw.Contains(value) ? $"raw{Array.IndexOf(Raw, value)}" : JsonNode.Parse(value);
        switch (kind)
        {
            case 0:
                place.ReplaceWith(node);
                break;
            case 1 when place is JsonObject map:
                map[name] = node;
                break;
            case 2 when place is JsonArray array:
                array.Add(node);
                break;
            default:
                request[name] = node;
                break;
        }
    }
}
