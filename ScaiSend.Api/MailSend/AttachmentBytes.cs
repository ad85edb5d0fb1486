namespace ScaiSend.Api.MailSend;

/// <summary>What the blob store is to keep for an attachment.</summary>
public sealed record AttachmentBytes(string Key, ReadOnlyMemory<byte> Bytes);
