using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Requests;

/// <summary>Reads a small body no further than a limit, whatever its length claims to be.</summary>
public static class LimitedBody
{
    /// <summary>The bytes, or null when there are more than allowed.</summary>
    /// <exception cref="OperationCanceledException">Also when somebody has ended a pending read of the body.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.IsCanceled)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException();
            }
            if (read.Buffer.Length > maxBytes)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
