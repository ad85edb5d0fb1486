using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Login;

/// <summary>What the login page posts.</summary>
internal sealed record LoginForm(string State, string Email, string Password)
{
    /// <summary>Most characters of an address.</summary>
    public const int MaxEmail = 320;

    private const int MaxBytes = 16 * 1024;

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 8,
        KeyLengthLimit = 64,
        ValueLengthLimit = LoginStates.MaxLength,
    };

    /// <summary>Null when it is no form, or too large.</summary>
    public static async Task<LoginForm?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || await LimitedBody.ReadAsync(http.Request, MaxBytes, http.RequestAborted) is not { } bytes)
            return null;
        http.Request.Body = new MemoryStream(bytes);
        try
        {
            var form = await new FormFeature(http.Request, Limits).ReadFormAsync(http.RequestAborted);
            return new LoginForm(form["state"].ToString(), form["email"].ToString().Trim(), form["password"].ToString());
        }
        // A form that is cut off or beyond a limit.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
