using System.Text;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform.Blobs;
using Xunit;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Mails with large attachments, put together.</summary>
public static class PiecedMail
{
    /// <summary>All that goes over the wire.</summary>
    public static async Task<byte[]> AssembledAsync(this RenderedMail mail, IBlobStore blobs)
    {
        using var whole = new MemoryStream();
        var pieces = new MailPieces(blobs, TimeProvider.System);
        await foreach (var piece in pieces.ReadAsync(mail, 0, TestContext.Current.CancellationToken))
            whole.Write(piece.Span);
        return whole.ToArray();
    }

    /// <summary>The same by the plainest means, to compare with.</summary>
    public static byte[] Expected(ReadOnlySpan<byte> skeleton, IEnumerable<(int Offset, byte[] Content)> files)
    {
        List<byte> whole = [];
        var start = 0;
        foreach (var (offset, content) in files)
        {
            whole.AddRange(skeleton[start..offset]);
            var text = Convert.ToBase64String(content);
            whole.AddRange(Encoding.ASCII.GetBytes(string.Join("\r\n", text.Chunk(76).Select(line => new string(line)))));
            start = offset;
        }
        whole.AddRange(skeleton[start..]);
        return [.. whole];
    }
}
