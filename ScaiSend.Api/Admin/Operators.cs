using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>Finds the operator of a request by his key. Knows nothing of tenants' keys, and a tenant's key never finds one.</summary>
public sealed class Operators(IOptions<AdminOptions> options)
{
    private readonly IReadOnlyList<(string Name, byte[] Hash)> _keys =
    [
        .. options.Value.Keys.Select(key => (key.Key, Convert.FromHexString(key.Value))),
    ];

    /// <summary>Whether the request's credential is meant as an operator's key.</summary>
    public static bool AreMeant(HttpContext http) =>
        http.Request.Headers.Authorization.ToString().Contains(" sg_admin_", StringComparison.Ordinal);

    /// <summary>The operator, or why there is none.</summary>
    public (Operator? Operator, IResult? Refusal) Find(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (null, Refusals.Unauthorized(http, "Missing Authorization header"));
        if (_keys.Count == 0)
            return (null, Refusals.Forbidden(http, "The admin API is off: no operator key is set (Admin:Keys)"));
        const string scheme = "Bearer ";
        var text = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : "";
        return Find(text, "api") is { } found
            ? (found, null)
            : (null, Refusals.Unauthorized(http, "Invalid operator key; API keys of tenants are none"));
    }

    /// <summary>The operator whose key it is; null when it is nobody's.</summary>
    /// <param name="via">How he comes.</param>
    public Operator? Find(string key, string via) =>
        OperatorKey.Is(key) && NameOf(new OperatorKey(key).Hash) is { } name ? new Operator(name, via) : null;

    // Every key is compared in full, so that the time says nothing about any.
    private string? NameOf(byte[] hash)
    {
        string? found = null;
        foreach (var (name, known) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = name;
        }
        return found;
    }
}
