using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Login;

/// <summary>What the login page posts.</summary>
internal sealed record LoginForm(string State, string Email, string Password)
{
    /// <summary>Most characters of an address.</summary>
    public const int MaxEmail = 320;

    private const int MaxBytes = 16 * 1024;

    /// <summary>Null when it is no form, or too large.</summary>
    public static async Task<LoginForm?> ReadAsync(HttpContext http) =>
        await LimitedForm.ReadAsync(http, MaxBytes) is { } form
            ? new LoginForm(form["state"].ToString(), form["email"].ToString().Trim(), form["password"].ToString())
            : null;
}
