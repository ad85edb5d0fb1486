using System.Net.Sockets;
using System.Security.Cryptography;

namespace ScaiSend.Platform.Webhooks;

/// <summary>Says in plain words why no answer came. The words name no address: they are shown to the tenant.</summary>
internal static class Trouble
{
    /// <summary>Null for what is no trouble of the network or the endpoint, but a bug.</summary>
    public static string? InWords(Exception e) =>
        e switch
        {
            NoTokenException => e.Message,
            HttpRequestException http => OfRequest(http),
            HttpIOException io => OfConnection(io.HttpRequestError),
            RefusedAddressException or BadCertificateException => e.Message,
            SocketException socket => OfSocket(socket),
            CryptographicException => "Its secret cannot be opened with the keys of this process (Secrets)",
            UriFormatException or NotSupportedException => "Its URL is none that can be called",
            IOException => "The connection was closed before the answer was complete",
            _ => null,
        };

    private static string OfRequest(HttpRequestException e) =>
        Inner<RefusedAddressException>(e)?.Message
        ?? Inner<BadCertificateException>(e)?.Message
        ?? (e.HttpRequestError == HttpRequestError.SecureConnectionError ? "No TLS connection could be agreed on (TLS 1.2 or newer)" : null)
        ?? (Inner<SocketException>(e) is { } socket ? OfSocket(socket) : null)
        ?? OfConnection(e.HttpRequestError);

    private static string OfConnection(HttpRequestError error) =>
        error switch
        {
            HttpRequestError.NameResolutionError => "The host was not found",
            HttpRequestError.InvalidResponse => "The answer is no HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "The answer's header is too large",
            _ => "The connection was closed before the answer was complete",
        };

    private static string OfSocket(SocketException e) =>
        e.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "The host was not found",
            SocketError.ConnectionRefused => "The connection was refused",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "The host cannot be reached",
            SocketError.TimedOut => "The connection timed out",
            _ => "The connection was closed before the answer was complete",
        };

    private static T? Inner<T>(Exception e)
        where T : Exception
    {
        for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
                return found;
        }
        return null;
    }
}
