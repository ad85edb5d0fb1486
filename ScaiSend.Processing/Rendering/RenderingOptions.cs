namespace ScaiSend.Processing.Rendering;

/// <summary>The names that rendered mail carries for this instance.</summary>
public sealed class RenderingOptions
{
    /// <summary>Domain of the envelope's reverse path, where bounces come back.</summary>
    public string ReturnPathDomain { get; set; } = "bounce.localhost";

    /// <summary>Right-hand side of Message-ID; the From address's domain when null.</summary>
    public string? MessageIdDomain { get; set; }

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (Uri.CheckHostName(ReturnPathDomain) != UriHostNameType.Dns)
            yield return $"Rendering:ReturnPathDomain is '{ReturnPathDomain}'; allowed is a host name, such as bounce.example.com";
        if (!string.IsNullOrEmpty(MessageIdDomain) && Uri.CheckHostName(MessageIdDomain) != UriHostNameType.Dns)
            yield return $"Rendering:MessageIdDomain is '{MessageIdDomain}'; allowed is a host name, such as example.com";
    }
}
