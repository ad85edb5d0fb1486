namespace ScaiSend.Platform.Templates;

/// <summary>A template cannot be rendered with this data, now or ever. The message is for the sender, and quotes no data.</summary>
public sealed class TemplateRenderException(string message) : Exception(message);
