using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using ScaiSend.Contracts;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>The ceiling: a Kestrel endpoint that parses the body and stores the rows, and does nothing else.</summary>
public static class BareEndpoint
{
    /// <summary>The hidden command that the bench starts as a process of its own.</summary>
    public static Command CreateCommand(TimeProvider time)
    {
        var listen = new Option<string>("--listen") { Required = true };
        var database = new Option<string>("--database") { Required = true };
        var command = new Command("bare-accept", "The bare endpoint, as a process of its own.") { listen, database };
        command.Hidden = true;
        command.SetAction(
            (arguments, cancellationToken) => RunAsync(arguments.GetValue(listen)!, arguments.GetValue(database)!, time, cancellationToken)
        );
        return command;
    }

    private static async Task RunAsync(string listen, string databaseConnection, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{listen}");
        await using var app = builder.Build();
        await using var database = new MySqlDataSource(databaseConnection);
        var rows = new BareRows(database, time);
        app.MapPost("/v3/mail/send", context => AcceptAsync(context, rows));
        app.MapGet("/ready", () => "ready");
        await Task.WhenAll(((IHost)app).RunAsync(cancellationToken), rows.RunAsync(cancellationToken));
    }

    private static async Task AcceptAsync(HttpContext context, BareRows rows)
    {
        var request = await context.Request.ReadFromJsonAsync(BareJson.Default.BareRequest, context.RequestAborted);
        var id = await rows.AddAsync(request!, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(
            new BareAnswer(Ids.Show(Ids.Message, id)),
            BareJson.Default.BareAnswer,
            contentType: null,
            context.RequestAborted
        );
    }
}
