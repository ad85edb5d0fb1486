using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Plain examples, so that a test says only what matters to it.</summary>
public static class Some
{
    /// <summary>A mail-send request with one personalization; members of <paramref name="also"/> are added or replace.</summary>
    public static JsonObject Request(object personalization, object? also = null)
    {
        var request = new JsonObject
        {
            ["personalizations"] = new JsonArray(JsonSerializer.SerializeToNode(personalization)),
            ["from"] = new JsonObject { ["email"] = "hello@example.test", ["name"] = "Hello" },
            ["subject"] = "A subject",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text/plain", ["value"] = "A text." }),
        };
        if (also is not null)
            foreach (var (name, value) in JsonSerializer.SerializeToNode(also)!.AsObject())
                request[name] = value?.DeepClone();
        return request;
    }

    private static readonly Random Noise = new(1);

    /// <summary>A text that makes a content too large for its row, also when it is packed.</summary>
    public static string LargeText { get; } =
        Convert.ToBase64String(Enumerable.Range(0, 300_000).Select(_ => (byte)Noise.Next()).ToArray());

    /// <summary>A personalization to these addresses.</summary>
    public static object To(params string[] addresses) => new { to = addresses.Select(email => new { email }) };

    /// <summary>Types of the timeline's events, in order.</summary>
    public static string[] Events(this JsonElement email) =>
        [
            .. email
                .GetProperty("timeline")
                .EnumerateArray()
                .Where(t => t.GetProperty("kind").GetString() == "event")
                .Select(t => t.GetProperty("type").GetString()!),
        ];

    /// <summary>The timeline's last event.</summary>
    public static JsonElement LastEvent(this JsonElement email) =>
        email.GetProperty("timeline").EnumerateArray().Last(t => t.GetProperty("kind").GetString() == "event");

    /// <summary>The timeline's attempts, in order.</summary>
    public static JsonElement[] Attempts(this JsonElement email) =>
        [.. email.GetProperty("timeline").EnumerateArray().Where(t => t.GetProperty("kind").GetString() == "attempt")];

    /// <summary>Something that somebody does.</summary>
    public static Platform.Storage.Queue.Act Act { get; } = new(new Platform.Storage.Queue.Operator("tests", "cli"), "");
}
