using System.Net;
using System.Text.RegularExpressions;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>The page at <c>/docs</c> and the document that it shows.</summary>
public sealed partial class DocsPageTests(RunningApi running) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task The_page_and_all_that_it_loads_come_from_here_without_a_credential()
    {
        using var caller = new HttpClient { BaseAddress = running.Product.Http.BaseAddress };
        using var page = await caller.GetAsync("/docs/", Stop);
        var html = await page.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("//", html.Replace("import", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (Match source in Source().Matches(html))
            using (var asset = await caller.GetAsync($"/docs/{source.Groups[1].Value}", Stop))
                Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
        Assert.NotEmpty(Source().Matches(html));
        Assert.Contains("\"url\":\"openapi/v3.json\"", html, StringComparison.Ordinal);
        Assert.Contains("\"telemetry\":false", html, StringComparison.Ordinal);
        Assert.Contains("\"withDefaultFonts\":false", html, StringComparison.Ordinal);
        using var document = await caller.GetAsync("/openapi/v3.json", Stop);
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
    }

    [Fact]
    public async Task The_page_may_run_its_own_scripts_only_and_call_this_host_only()
    {
        using var page = await running.Product.Http.GetAsync("/docs/", Stop);
        var html = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        var nonce = Nonce().Match(policy).Groups[1].Value;

        Assert.NotEmpty(nonce);
        Assert.Equal(Regex.Count(html, "<script"), Regex.Count(html, $"<script[^>]*nonce=\"{Regex.Escape(nonce)}\""));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        using var again = await running.Product.Http.GetAsync("/docs/", Stop);
        Assert.DoesNotContain(nonce, Assert.Single(again.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_has_the_document_is_not_sent_it_again()
    {
        using var first = await running.Product.Http.GetAsync("/openapi/v3.json", Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v3.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await running.Product.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [GeneratedRegex("(?:src=|from )[\"'](?:\\./)?([^\"']+)")]
    private static partial Regex Source();

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
