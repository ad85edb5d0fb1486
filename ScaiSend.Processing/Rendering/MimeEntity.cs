using ScaiSend.Contracts.Messages;

namespace ScaiSend.Processing.Rendering;

/// <summary>A node of the mail's tree (RFC 2045 §2.4).</summary>
internal abstract record MimeEntity;

/// <summary>A body that a reader sees.</summary>
/// <param name="ContentType">The whole header field, as it is written.</param>
internal sealed record TextEntity(string ContentType, string Text) : MimeEntity
{
    public bool IsPlain => ContentType.StartsWith(ContentTypes.PlainField, StringComparison.OrdinalIgnoreCase);

    public bool IsHtml => ContentType.StartsWith(ContentTypes.HtmlField, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A file, in the mail or beside it.</summary>
/// <param name="Bytes">Null when it is too large to be held: then its content joins the mail on the wire.</param>
internal sealed record FileEntity(Attachment Attachment, ReadOnlyMemory<byte>? Bytes) : MimeEntity;

/// <summary>RFC 2046 §5.1.</summary>
/// <param name="Subtype">The subtype and its parameters, but for the boundary.</param>
internal sealed record MultipartEntity(string Subtype, IReadOnlyList<MimeEntity> Children) : MimeEntity;
