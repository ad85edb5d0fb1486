namespace ScaiSend.Processing.Rendering;

/// <summary>The names that rendered mail carries for this instance.</summary>
public sealed class RenderingOptions
{
    /// <summary>Domain of the envelope's reverse path, where bounces come back.</summary>
    public string ReturnPathDomain { get; set; } = "bounce.localhost";

    /// <summary>Right-hand side of Message-ID; the From address's domain when null.</summary>
    public string? MessageIdDomain { get; set; }
}
