using System.Runtime.CompilerServices;
using ScaiSend.Platform;

namespace ScaiSend.Processing.Tracking;

/// <summary>Keeps the last scans, so that a body that goes to many recipients is looked through once.</summary>
public sealed class HtmlScans(PublicUrl url)
{
    private const int Slots = 16;

    // Larger bodies are not held on to.
    private const int LargestKept = 256 * 1024;

    private readonly string _publicUrl = url.Of("");
    private readonly Kept?[] _kept = new Kept?[Slots];

    internal HtmlScan Of(string html)
    {
        // By reference: recipients of a message share their body as one object, and nothing has to be compared.
        ref var slot = ref _kept[RuntimeHelpers.GetHashCode(html) % Slots];
        if (Volatile.Read(ref slot) is { } kept && ReferenceEquals(kept.Html, html))
            return kept.Scan;
        var scan = HtmlScan.Of(html, _publicUrl);
        if (html.Length <= LargestKept)
            Volatile.Write(ref slot, new Kept(html, scan));
        return scan;
    }

    private sealed record Kept(string Html, HtmlScan Scan);
}
