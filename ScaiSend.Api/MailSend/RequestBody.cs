using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads a JSON body into memory, and not a byte more of it than the limit allows.</summary>
public static class RequestBody
{
    /// <summary>How large a request may be, with its base64 attachments.</summary>
    public const int Limit = 20 * 1024 * 1024;

    // A declared length is only a claim: what is reserved on its word stays small.
    private const int MaxReserved = 1024 * 1024;
    private const int Reserved = 16 * 1024;

    public static async Task<BodyOutcome> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
            return new BodyOutcome(default, SendGridErrors.NotJson);
        if (request.ContentLength > Limit)
            return new BodyOutcome(default, SendGridErrors.TooLarge);

        // One byte more than expected, so that the end shows without growing.
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? Reserved, MaxReserved) + 1];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length > Limit)
                return new BodyOutcome(default, SendGridErrors.TooLarge);
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Limit + 1));
        }
        return new BodyOutcome(buffer.AsMemory(0, length), null);
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
