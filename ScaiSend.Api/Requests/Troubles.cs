using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Requests;

/// <summary>Turns what no endpoint answered into an answer in the right envelope: a path or verb that is none, a database or a blob store that is away, a bug.</summary>
public static class Troubles
{
    public static void UseTroubles(this IApplicationBuilder app)
    {
        var database = app.ApplicationServices.GetRequiredService<MailDatabase>();
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("ScaiSend.Api");
        app.Use(next => http => RunAsync(http, database, log, next));
    }

    private static async Task RunAsync(HttpContext http, MailDatabase database, ILogger log, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested || http.Response.HasStarted)
        {
            throw;
        }
        catch (BadHttpRequestException e)
        {
            await Refusals.Because(http, e.StatusCode, "The body could not be read to its end").ExecuteAsync(http);
        }
        catch (Exception e) when (IsOutage(database, e))
        {
            log.LogWarning("A request was answered 503: {Reason}", e.Message);
            await Refusals.Unavailable(http).ExecuteAsync(http);
        }
        catch (Exception e)
        {
            log.LogError(e, "A request failed");
            await Refusals.Because(http, StatusCodes.Status500InternalServerError, "Internal error").ExecuteAsync(http);
        }
        if (!http.Response.HasStarted && http.GetEndpoint()?.Metadata.GetMetadata<Authentication.AccessRule>() is null)
            await AnswerNoEndpointAsync(http);
    }

    private static Task AnswerNoEndpointAsync(HttpContext http) =>
        http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound when http.Response.ContentLength is null => Refusals.NotFound(http).ExecuteAsync(http),
            StatusCodes.Status405MethodNotAllowed => Refusals.WrongMethod(http).ExecuteAsync(http),
            _ => Task.CompletedTask,
        };

    internal static bool IsOutage(MailDatabase database, Exception e) =>
        database.IsOutage(e) || IsBlobStoreAway(e) || e.InnerException is { } inner && IsOutage(database, inner);

    // A folder throws the first, an S3 service or the way to it the others.
    private static bool IsBlobStoreAway(Exception e) => e is IOException or AmazonServiceException or HttpRequestException;
}
