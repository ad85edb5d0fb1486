using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>What an operator asks of the admin API.</summary>
public static class OperatorCalls
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One call with the operator's key.</summary>
    public static Task<CallAnswer> AsOperatorAsync(this Product product, string method, string path, object? body = null) =>
        product.CallAsync(method, path, product.OperatorKey.Text, body is null ? null : JsonSerializer.Serialize(body));

    /// <summary>How many emails an action would change.</summary>
    public static async Task<int> PreviewAsync(this Product product, string action, object filter)
    {
        var answer = await product.AsOperatorAsync("POST", "/api/admin/queue", Body(action, filter, preview: true));
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.GetProperty("count").GetInt32();
    }

    /// <summary>Asks for an action; answers the entry's id.</summary>
    public static async Task<string> ActAsync(this Product product, string action, object filter)
    {
        var answer = await product.AsOperatorAsync("POST", "/api/admin/queue", Body(action, filter, preview: false));
        Assert.True(answer.Status == 202, answer.Body);
        return answer.Text("id");
    }

    /// <summary>The entry as soon as it is so.</summary>
    public static Task<JsonElement> EntryWhenAsync(this Product product, string id, Func<JsonElement, bool> isSo) =>
        Patience.WhenAsync(async () => (await product.AsOperatorAsync("GET", $"/api/admin/audit/{id}")).Json, isSo);

    /// <summary>Previews an action, carries it out, and answers how many emails it changed: as many as previewed.</summary>
    public static async Task<int> DoAsync(this Product product, string action, object filter)
    {
        var preview = await product.PreviewAsync(action, filter);
        var entry = await product.EntryWhenAsync(await product.ActAsync(action, filter), IsDone);
        Assert.Equal((preview, preview), (entry.GetProperty("count").GetInt32(), entry.GetProperty("changed").GetInt32()));
        return preview;
    }

    /// <summary>Whether nothing of it is left to do.</summary>
    public static bool IsDone(JsonElement entry) => entry.GetProperty("state").GetString() == "done";

    private static JsonObject Body(string action, object filter, bool preview)
    {
        var body = JsonSerializer.SerializeToNode(filter)!.AsObject();
        body["action"] = action;
        body["reason"] = "Ticket 4711";
        body["preview"] = preview;
        return body;
    }
}
