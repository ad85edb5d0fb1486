namespace ScaiSend.Platform;

/// <summary>Where readers of mails reach this installation: the beginning of every URL that a mail carries.</summary>
public sealed record PublicUrl
{
    private readonly string _base;

    /// <param name="url">An absolute http or https URL; a path in it is kept.</param>
    public PublicUrl(string url) => _base = url.TrimEnd('/');

    /// <summary>The full URL of a path that begins with a slash.</summary>
    public string Of(string path) => _base + path;
}
