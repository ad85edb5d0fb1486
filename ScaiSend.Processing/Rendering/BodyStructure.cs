using ScaiSend.Contracts.Messages;

namespace ScaiSend.Processing.Rendering;

/// <summary>
/// Decides the tree: mixed holds the alternatives and the files beside them; the alternatives stand in the caller's order
/// (RFC 2046 §5.1.4: the best last); related holds the HTML and the images that it shows (RFC 2387).
/// </summary>
internal static class BodyStructure
{
    public static MimeEntity Of(IReadOnlyList<TextEntity> texts, IReadOnlyList<FileEntity> files)
    {
        if (files.Count == 0)
        {
            return Alternatives(texts);
        }

        var shown = texts.Any(text => text.IsHtml) ? files.Where(IsShownByHtml).ToList() : [];
        // Not by equality: the same file may be attached twice.
        var beside = shown.Count == 0 ? files : [.. files.Where(file => !IsShownByHtml(file))];
        var body = Alternatives(
            shown.Count == 0 ? texts : [.. texts.Select(text => text.IsHtml ? Related(text, shown) : (MimeEntity)text)]
        );
        return beside.Count == 0 ? body : new MultipartEntity("mixed", [body, .. beside]);
    }

    private static MimeEntity Alternatives(IReadOnlyList<MimeEntity> texts) =>
        texts.Count == 1 ? texts[0] : new MultipartEntity("alternative", texts);

    private static bool IsShownByHtml(FileEntity file) => file.Attachment is { IsInline: true, ContentId: not null };

    // RFC 2387 §3.1: the type parameter names the root's type.
    private static MultipartEntity Related(TextEntity html, IReadOnlyList<FileEntity> shown) =>
        new("related; type=\"text/html\"", [html, .. shown]);
}
