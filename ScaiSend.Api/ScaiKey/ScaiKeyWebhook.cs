using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.ScaiKey;

/// <summary><c>POST /webhooks/scaikey</c>: news from ScaiKey. Public, and believed by its signature alone. 503 means that nothing was kept, so that ScaiKey sends it again.</summary>
public static class ScaiKeyWebhook
{
    /// <summary>Largest body.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>How long a body may take to arrive.</summary>
    public static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long an event may take to be applied.</summary>
    public static readonly TimeSpan ApplyLimit = TimeSpan.FromSeconds(20);

    public static void MapScaiKeyWebhook(this IEndpointRouteBuilder routes) => routes.MapPost("/webhooks/scaikey", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext http,
        Mirror mirror,
        EffectivePermissions permissions,
        IOptions<ScaiKeyOptions> options,
        TimeProvider time,
        ILogger<Mirror> log
    )
    {
        if (options.Value.WebhookSecret is not { Length: > 0 } secret)
            return Refusals.Because(http, StatusCodes.Status503ServiceUnavailable, "ScaiKey:WebhookSecret is not set here");
        var header = http.Request.Headers[ScaiKeySignature.Header].ToString();
        // Nobody's body is read who does not even claim to be ScaiKey.
        if (header.Length == 0)
            return Refusals.Because(http, StatusCodes.Status400BadRequest, $"The header {ScaiKeySignature.Header} is missing");
        var (body, refusal) = await BodyAsync(http, time);
        if (body is null)
            return refusal!;
        if (ScaiKeySignature.Trouble(header, body, secret, time.GetUtcNow()) is { } trouble)
            return Refusals.Because(http, StatusCodes.Status400BadRequest, trouble);

        var received = ScaiKeyEvent.Read(body);
        if (received is { Id: null } or { News: null, Trouble: null })
            return Answer(received, new EventAnswer(received.Trouble is null, received.Trouble ?? NothingToDo(received)));
        try
        {
            var answer = await WithinAsync(ApplyLimit, time, stop => mirror.TakeAsync(received, stop), http.RequestAborted);
            permissions.Forget();
            if (!answer.IsApplied)
                log.LogWarning("ScaiKey's event {Id} cannot be applied: {Reason}", received.Id, answer.Message);
            return Answer(received, answer);
        }
        catch (DbUpdateException e)
        {
            log.LogError(e, "ScaiKey's event {Id} was not written; ScaiKey will send it again", received.Id);
            return Refusals.Unavailable(http);
        }
    }

    private static async Task<(byte[]? Body, IResult? Refusal)> BodyAsync(HttpContext http, TimeProvider time)
    {
        using var end = new CancellationTokenSource(BodyLimit, time);
        // A token would leave the reader in a state in which the server cannot end the request cleanly.
        await using var ending = end.Token.Register(http.Request.BodyReader.CancelPendingRead);
        try
        {
            var body = await LimitedBody.ReadAsync(http.Request, MaxBytes, http.RequestAborted);
            return body is null
                ? (
                    null,
                    Refusals.Because(
                        http,
                        StatusCodes.Status413PayloadTooLarge,
                        string.Create(CultureInfo.InvariantCulture, $"The body may not be larger than {MaxBytes} bytes")
                    )
                )
                : (body, null);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            return (null, Refusals.Because(http, StatusCodes.Status408RequestTimeout, "The body took more than 10 seconds to arrive"));
        }
    }

    private static async Task<T> WithinAsync<T>(
        TimeSpan limit,
        TimeProvider time,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        using var end = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        try
        {
            return await work(both.Token);
        }
        catch (Exception) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took more than {limit}");
        }
    }

    private static string NothingToDo(ScaiKeyEvent received) =>
        received.IsKnown ? "nothing here depends on this" : $"{received.Type} is no event that is handled here";

    private static IResult Answer(ScaiKeyEvent received, EventAnswer answer) =>
        Results.Json(
            new
            {
                success = answer.IsApplied,
                handled = received.IsKnown,
                message = answer.Message,
                event_id = received.Id,
            }
        );
}
