using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Mail whose life is played.</summary>
public static class Simulations
{
    /// <summary>The domain whose addresses play a scenario, unless the settings say otherwise.</summary>
    public const string Domain = "simulator.scaisend.test";

    /// <summary>One mail send with a key, with these headers.</summary>
    public static async Task<CallAnswer> PostMailAsync(
        this Product product,
        string key,
        JsonObject request,
        string path = "/v3/mail/send",
        params (string Name, string Value)[] headers
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var answer = await product.Http.SendAsync(message, TestContext.Current.CancellationToken);
        return new CallAnswer(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    /// <summary>Sends to one recipient with the test key; answers the message's id.</summary>
    /// <param name="scenario">The header's value; null for none.</param>
    public static async Task<string> SimulateAsync(this Product product, string recipient, string? scenario = null, object? also = null)
    {
        var request = Some.Request(Some.To(recipient), also);
        var answer = scenario is null
            ? await product.PostMailAsync(product.TestKey, request)
            : await product.PostMailAsync(product.TestKey, request, headers: ("X-ScaiSend-Simulate", scenario));
        Assert.True(answer.Status == 202, answer.Body);
        return answer.Text("message_id");
    }

    /// <summary>The email as soon as its events are these; a deferral's second try is due two seconds later.</summary>
    public static async Task<JsonElement> PlayedAsync(this Product product, string messageId, params string[] events)
    {
        if (events.Contains("deferred"))
        {
            await product.EmailInStateAsync(messageId, "Deferred");
            product.Clock.Advance(TimeSpan.FromSeconds(2));
        }
        var message = await product.MessageWhenAsync(
            messageId,
            m => m.GetProperty("emails")[0].GetProperty("ended_at").ValueKind == JsonValueKind.String,
            "at its end"
        );
        var email = Assert.Single(message.GetProperty("emails").EnumerateArray());
        Assert.Equal(["queued", .. events], email.Events());
        return email;
    }
}
