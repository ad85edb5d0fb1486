using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Journeys;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Suspensions;
using YamlDotNet.Serialization;

namespace ScaiSend.IntegrationTests.Rules.Telemetry;

/// <summary>The dashboard and the alert rules ask only for metrics, labels and values that a running product has.</summary>
[Collection(nameof(Alone))]
public sealed partial class MonitoringFiles
{
    private const string Dashboard = "docs/monitoring/grafana-dashboard.json";
    private const string Alerts = "docs/monitoring/alerts.yaml";

    // Prometheus' own, of every job and series that it scrapes.
    private const string Up = "up";
    private static readonly string[] OfPrometheus = ["job", "instance"];

    // Of a status no traffic can be sure, so its form is enough.
    private static readonly Regex Statuses = new("^[1-5]\\.?\\.?$|^\\d{3}$");

    [Fact]
    public async Task Every_metric_label_and_value_in_the_files_is_there()
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address, Support.Webhooks.Reachable());
        await product.AddWebhookAsync(catcher.Url);
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await product
            .Services.GetRequiredService<SuspensionTable>()
            .AddAsync("elsewhere", null, TimeSpan.FromHours(1), "a test", null, TestContext.Current.CancellationToken);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Bounced");
        await catcher.Caught(2);
        var metrics = await product.MetricsWhenAsync(m => m.Has("scaisend_queue_emails") && m.Sum("scaisend_webhooks_events_total") > 0);

        var wrong = Expressions().SelectMany(e => Wrong(e.Expression, metrics).Select(w => $"{e.File}: {w} in {e.Expression}")).ToList();

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_metric_of_ours_is_on_the_dashboard()
    {
        var shown = Expressions().Where(e => e.File == Dashboard).SelectMany(e => Selectors(e.Expression)).Select(s => s.Name).ToHashSet();
        var told =
            from path in RepositoryFiles.With(".cs").Where(p => !p.StartsWith("ScaiSend.IntegrationTests", StringComparison.Ordinal))
            from Match name in Instrument().Matches(RepositoryFiles.Read(path))
            select name.Groups[1].Value.Replace('.', '_');

        Assert.Equal("", string.Join(' ', told.Distinct().Where(name => !shown.Any(s => s.StartsWith(name, StringComparison.Ordinal)))));
        Assert.True(told.Count() > 20);
    }

    [Fact]
    public void Every_alert_says_how_bad_it_is_what_it_is_and_what_to_do()
    {
        foreach (var rule in Rules())
        {
            Assert.Contains(((Dictionary<object, object>)rule["labels"])["severity"], (object[])["page", "ticket"]);
            var annotations = (Dictionary<object, object>)rule["annotations"];
            Assert.NotEmpty((string)annotations["summary"]);
            Assert.NotEmpty((string)annotations["action"]);
        }
        Assert.Equal(Rules().Count, Rules().DistinctBy(rule => rule["alert"]).Count());
    }

    [Theory]
    [InlineData("sum(rate(no_such_metric_total[5m]))", "no_such_metric_total")]
    [InlineData("max(scaisend_queue_emails{color=\"red\"})", "color")]
    [InlineData("max(scaisend_queue_emails{lane=\"fast\"})", "fast")]
    [InlineData("max by (color) (scaisend_queue_emails)", "color")]
    public void What_is_not_there_is_found(string expression, string missing)
    {
        var metrics = Exposition.Parse("# TYPE scaisend_queue_emails gauge\nscaisend_queue_emails{lane=\"waiting\"} 1\n");

        Assert.Contains(missing, Assert.Single(Wrong(expression, metrics)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Wrong(string expression, Exposition metrics)
    {
        var selectors = Selectors(expression).ToList();
        if (selectors.Count == 0)
            yield return "no metric";
        foreach (var (name, matchers) in selectors.Where(s => s.Name != Up))
        {
            var lines = metrics.Samples.Where(s => s.Name == name).ToList();
            if (lines.Count == 0)
                yield return $"there is no {name}";
            else
                foreach (var (label, value, isPattern) in matchers.Where(m => !OfPrometheus.Contains(m.Label)))
                    if (!lines.Any(line => line.Labels.ContainsKey(label)))
                        yield return $"{name} has no {label}";
                    else if (!IsThere(lines, label, value, isPattern))
                        yield return $"{name} has no {label} {value}";
        }
        foreach (Match grouping in Grouping().Matches(expression))
        foreach (var label in grouping.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Except(OfPrometheus))
            if (
                selectors.All(s => metrics.Samples.Any(line => line.Name == s.Name))
                && !selectors.Any(s => metrics.Samples.Any(line => line.Name == s.Name && line.Labels.ContainsKey(label)))
            )
                yield return $"nothing has {label}";
    }

    private static bool IsThere(List<Exposition.Sample> lines, string label, string value, bool isPattern) =>
        label == "http_response_status_code" ? Statuses.IsMatch(value)
        : isPattern ? value.Split('|').All(v => lines.Any(line => line.Labels.GetValueOrDefault(label) == v))
        : lines.Any(line => line.Labels.GetValueOrDefault(label) == value);

    private static IEnumerable<(string Name, List<(string Label, string Value, bool IsPattern)> Matchers)> Selectors(string expression) =>
        from Match selector in Selector().Matches(Grouping().Replace(expression, ""))
        let matchers = Matcher().Matches(selector.Groups[2].Value)
        select (
            selector.Groups[1].Value,
            matchers.Select(m => (m.Groups[1].Value, m.Groups[3].Value, m.Groups[2].Value.EndsWith('~'))).ToList()
        );

    private static IEnumerable<(string File, string Expression)> Expressions()
    {
        using var dashboard = JsonDocument.Parse(RepositoryFiles.Read(Dashboard));
        var shown = dashboard
            .RootElement.GetProperty("panels")
            .EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => (Dashboard, target.GetProperty("expr").GetString()!))
            .ToList();
        return shown.Concat(Rules().Select(rule => (Alerts, (string)rule["expr"])));
    }

    private static List<Dictionary<object, object>> Rules()
    {
        var file = new DeserializerBuilder()
            .Build()
            .Deserialize<Dictionary<string, List<Dictionary<string, object>>>>(RepositoryFiles.Read(Alerts));
        return [.. file["groups"].SelectMany(g => (List<object>)g["rules"]).Cast<Dictionary<object, object>>()];
    }

    // A metric is a word with an underscore, or up, that is no function.
    [GeneratedRegex(@"\b(up|[a-z]+(?:_[a-z0-9]+)+)\b(?:\{([^}]*)\})?(?!\s*\()")]
    private static partial Regex Selector();

    [GeneratedRegex("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?:\bCreate\w+|\bGauge|\bGaugeOfSeconds)(?:<\w+>)?\(\s*""(scaisend\.[a-z_.]+)""")]
    private static partial Regex Instrument();
}
