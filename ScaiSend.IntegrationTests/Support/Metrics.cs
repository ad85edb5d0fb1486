using System.Net;
using System.Net.Sockets;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A product's <c>/metrics</c>, as Prometheus asks for it.</summary>
public static class Metrics
{
    public static async Task<Exposition> MetricsAsync(this Product product) =>
        Exposition.Parse(await product.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

    /// <summary>The metrics as soon as they are so.</summary>
    public static Task<Exposition> MetricsWhenAsync(this Product product, Func<Exposition, bool> areSo) =>
        Patience.WhenAsync(
            product.MetricsAsync,
            areSo,
            metrics => string.Join('\n', metrics.Samples.Where(s => s.Name.StartsWith("scaisend", StringComparison.Ordinal)))
        );
}

/// <summary>Ports that nobody listens on.</summary>
public static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
