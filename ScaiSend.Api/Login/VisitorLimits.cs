using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Tracking;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Login;

/// <summary>
/// Limits those who have no credential: requests by where they come from, and wrong passwords for an account, from one place and from everywhere.
/// A permit is taken before the password is looked at and given back when it was right, so that many at once guess no more than one after the other.
/// </summary>
public sealed class VisitorLimits(RateLimiter limits, TrustedProxies proxies, IOptions<SecretOptions> secrets)
{
    // Who has one address of IPv6 has all of its /64.
    private const int NetworkBytes = 8;

    private readonly byte[] _key = DerivedKeys.For(secrets, "scaisend login limits 1")[0];

    /// <summary>Counts one request.</summary>
    public ValueTask<Standing> UseAsync(HttpContext http) => limits.UseAsync(Limit.Login, Subject(PlaceOf(http)));

    /// <summary>Counts a password that may be wrong; the time to wait when there were too many.</summary>
    public async Task<TimeSpan?> BeginAsync(HttpContext http, string login)
    {
        if ((await limits.UseAsync(Limit.WrongPasswordsFromOnePlace, Subject($"{login}\n{PlaceOf(http)}"))).RetryAfter is { } wait)
            return wait;
        return (await limits.UseAsync(Limit.WrongPasswords, Subject(login))).RetryAfter;
    }

    /// <summary>The password was right.</summary>
    public void WasRight(HttpContext http, string login)
    {
        limits.GiveBack(Limit.WrongPasswordsFromOnePlace, Subject($"{login}\n{PlaceOf(http)}"));
        limits.GiveBack(Limit.WrongPasswords, Subject(login));
    }

    private string PlaceOf(HttpContext http)
    {
        var address = proxies.Visitor(http.Connection.RemoteIpAddress, http.Request.Headers["X-Forwarded-For"]) ?? IPAddress.None;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : address.ToString();
    }

    // What is counted stands in Redis under this name: no address that could be read or guessed from it, and nothing of another installation.
    private Guid Subject(string text) => new(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
