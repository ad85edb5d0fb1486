using System.Net.Sockets;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Health;

/// <summary><c>GET /health</c>: the process lives. <c>GET /ready</c>: 200 while mail can be accepted, else 503; names the dependency that is down.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", () => Results.Json(new Dictionary<string, string> { ["status"] = "healthy" }));
        routes.MapGet("/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken)
    {
        var dependencies = await readiness.CheckAsync(cancellationToken);
        // Without Redis each process counts alone. Without the broker mail is still accepted safely: the rows are the queue.
        var isReady = dependencies["database"] == Readiness.Up;
        return Results.Json(
            new { status = isReady ? "ready" : "not ready", dependencies },
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }
}

/// <summary>Asks each dependency whether it is there.</summary>
public sealed class Readiness(MailDatabase database, IBusControl bus, SharedRedis redis)
{
    private const int AmqpPort = 5672;
    private const int AmqpsPort = 5671;

    public const string Up = "up";
    public const string Down = "down";

    /// <summary>How long the database may take to answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>How long the broker may take to open a connection.</summary>
    public static readonly TimeSpan BrokerLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long Redis may.</summary>
    public static readonly TimeSpan RedisLimit = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyDictionary<string, string>> CheckAsync(CancellationToken cancellationToken)
    {
        var dependencies = new Dictionary<string, string>
        {
            ["database"] = await DatabaseAsync(cancellationToken) ? Up : Down,
            ["broker"] = await BrokerAsync(cancellationToken) ? Up : Down,
        };
        if (redis.IsSet)
            dependencies["redis"] = await redis.AnswersAsync(RedisLimit, cancellationToken) ? Up : Down;
        return dependencies;
    }

    // The bus of a process that only sends notices nothing of a broker that is gone, so somebody has to knock.
    private async Task<bool> BrokerAsync(CancellationToken cancellationToken)
    {
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
            return false;
        if (bus.Address is not { Scheme: "rabbitmq" or "rabbitmqs" } address)
            return true;
        try
        {
            using var client = new TcpClient();
            var port =
                address.Port > 0 ? address.Port
                : address.Scheme == "rabbitmqs" ? AmqpsPort
                : AmqpPort;
            await client.ConnectAsync(address.Host, port, cancellationToken).AsTask().WaitAsync(BrokerLimit, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> DatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = database.Dialect.ConnectForReading();
            await connection.OpenAsync(cancellationToken).WaitAsync(AnswerLimit, cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1";
            await command.ExecuteScalarAsync(cancellationToken).WaitAsync(AnswerLimit, cancellationToken);
            return true;
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested
                && (e is TimeoutException || database.Dialect.IsTransient(e) || e is System.Data.Common.DbException)
            )
        {
            return false;
        }
    }
}
