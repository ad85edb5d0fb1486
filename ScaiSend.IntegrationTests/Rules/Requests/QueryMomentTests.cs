using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Requests;

/// <summary>Days and moments in queries, to the ends of time.</summary>
public sealed class QueryMomentTests
{
    [Fact]
    public async Task Every_day_and_moment_is_taken_and_nothing_else()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        foreach (var name in new[] { "start_date", "end_date" })
        {
            foreach (var good in new[] { "0001-01-01", "9999-12-31", "2026-02-28", "2026-02-28T10:00:00%2B02:00", "9999-12-31T23:59:59Z" })
                Assert.Equal(200, await StatusAsync(product, $"{name}={good}"));
            foreach (var bad in new[] { "2026-02-30", "10000-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00%2B12:00", "soon" })
                Assert.Equal(422, await StatusAsync(product, $"{name}={bad}"));
        }
    }

    private static async Task<int> StatusAsync(Product product, string query)
    {
        using var answer = await product.Http.GetAsync($"/v3/messages?{query}", TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
