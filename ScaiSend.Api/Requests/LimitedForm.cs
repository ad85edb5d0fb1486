using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ScaiSend.Api.Requests;

/// <summary>Reads what a page has posted, no further than its limits.</summary>
public static class LimitedForm
{
    private const int MaxFields = 256;
    private const int MaxName = 64;

    /// <summary>The form, or null when it is none, or too large.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http, int maxBytes)
    {
        if (!http.Request.HasFormContentType || await LimitedBody.ReadAsync(http.Request, maxBytes, http.RequestAborted) is not { } bytes)
            return null;
        http.Request.Body = new MemoryStream(bytes);
        var limits = new FormOptions
        {
            ValueCountLimit = MaxFields,
            KeyLengthLimit = MaxName,
            ValueLengthLimit = maxBytes,
        };
        try
        {
            return await new FormFeature(http.Request, limits).ReadFormAsync(http.RequestAborted);
        }
        // A form that is cut off or beyond a limit.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
