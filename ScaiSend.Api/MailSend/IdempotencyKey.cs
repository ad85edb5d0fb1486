using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Simulation;

namespace ScaiSend.Api.MailSend;

/// <summary>The caller's <c>Idempotency-Key</c>, and what is asked under it; both as SHA-256.</summary>
public sealed record IdempotencyKey(byte[] KeyHash, byte[] RequestHash)
{
    /// <summary>The request's header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Marks an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lives = TimeSpan.FromHours(24);

    private const int Longest = 255;

    /// <summary>The refusal of a header that is no key; null when it is one, or absent.</summary>
    public static IResult? Refusal(IHeaderDictionary headers)
    {
        var given = headers[Header];
        return given.Count switch
        {
            0 => null,
            // What was no UTF-8 has become this sign: two different keys would be one.
            1 when given[0] is { } key && key.Contains('\ufffd', StringComparison.Ordinal) => Refuse(
                $"The {Header} header must be ASCII or UTF-8."
            ),
            1 when given[0] is { Length: >= 1 and <= Longest } => null,
            1 => Refuse($"The {Header} header must have 1 to {Longest} characters."),
            _ => Refuse($"The {Header} header may be given only once."),
        };
    }

    /// <summary>Whether the request has a key.</summary>
    public static bool IsGiven(IHeaderDictionary headers) => headers[Header].Count > 0;

    /// <summary>The key of a request that has one.</summary>
    /// <param name="bodyHash">SHA-256 of the body as it came.</param>
    public static IdempotencyKey Of(IHeaderDictionary headers, Caller caller, byte[] bodyHash)
    {
        // A test key's request is another request: its answer must never stand for mail that was meant to be sent. So is one that plays another scenario.
        byte[] scenario = SimulateHeader.Of(headers) is { } asked ? [(byte)asked] : [];
        byte[] request = [caller.IsTest ? (byte)1 : (byte)0, .. bodyHash, .. scenario];
        return new IdempotencyKey(SHA256.HashData(Encoding.UTF8.GetBytes(headers[Header].ToString())), SHA256.HashData(request));
    }

    /// <summary>409: the key was given for another request.</summary>
    public static IResult Conflict { get; } =
        SendGridErrors.Because(
            StatusCodes.Status409Conflict,
            $"This {Header} was used within the last 24 hours for another request: another body, or a key of the other environment (live, test), or another X-ScaiSend-Simulate. Use a new key for a new request.",
            Header
        );

    private static SendGridErrors Refuse(string message) => SendGridErrors.Because(StatusCodes.Status400BadRequest, message, Header);
}
