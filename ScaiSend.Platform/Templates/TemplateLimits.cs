namespace ScaiSend.Platform.Templates;

/// <summary>What a template may cost, so that none runs for ever or eats the memory of others.</summary>
public static class TemplateLimits
{
    /// <summary>Bytes of one part's source, as UTF-8.</summary>
    public const int MaxSourceBytes = 1024 * 1024;

    /// <summary>Blocks and sub-expressions inside each other; each <c>else if</c> counts as one level.</summary>
    public const int MaxDepth = 100;

    /// <summary>Rounds of all <c>each</c> loops of one rendering together.</summary>
    public const int MaxIterations = 100_000;

    /// <summary>Characters of one name in a path.</summary>
    public const int MaxName = 1000;

    /// <summary>Tags, arguments and path segments evaluated in one rendering: about half a second of work.</summary>
    public const int MaxSteps = 5_000_000;

    /// <summary>Characters that one rendering of a body makes.</summary>
    public const int MaxBody = 10 * 1024 * 1024;

    /// <summary>Characters that one rendering of a subject or preheader makes.</summary>
    public const int MaxLine = 10_000;

    /// <summary>Names of missing variables that are remembered for the caller.</summary>
    public const int MaxMissing = 1000;
}
