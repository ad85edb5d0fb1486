using System.Net.Sockets;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Requests as .NET's client would not write them.</summary>
public static class RawRequests
{
    /// <summary>Sends a request's lines, with what every request has behind the first, and answers all that comes back. A sign is a byte.</summary>
    /// <param name="lines">The request line and header fields.</param>
    public static async Task<string> AskRawAsync(this Product product, IReadOnlyList<string> lines, string body = "")
    {
        var stop = TestContext.Current.CancellationToken;
        string[] all = [lines[0], "Host: x", "Connection: close", $"Content-Length: {body.Length}", .. lines.Skip(1), "", body];
        using var client = new TcpClient();
        await client.ConnectAsync(product.Http.BaseAddress!.Host, product.Http.BaseAddress.Port, stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", all)), stop);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(stop);
    }
}
