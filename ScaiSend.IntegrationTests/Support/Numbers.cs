using System.Text.Json;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>What the statistics say.</summary>
public static class Numbers
{
    /// <summary>The sums of today as soon as they are so: events are counted some seconds later.</summary>
    public static async Task<JsonElement> SumsWhenAsync(this Product product, Func<JsonElement, bool> areSo)
    {
        var answer = await Patience.WhenAsync(
            () => product.CallAsync("GET", "/v3/stats/sum?start_date=today", product.LiveKey),
            answer => answer.Status == 200 && areSo(answer.Json)
        );
        return answer.Json;
    }
}
