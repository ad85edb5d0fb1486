namespace ScaiSend.Cli.Doctor;

/// <summary>How something that was looked at is.</summary>
internal enum Health
{
    Good,

    /// <summary>Works, and would be better otherwise.</summary>
    Doubtful,

    /// <summary>Mail is refused, lost or distrusted because of it.</summary>
    Bad,

    /// <summary>It could not be looked at.</summary>
    Unknown,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="What">Such as <c>DKIM scaisend._domainkey.example.com</c>.</param>
/// <param name="Hint">What to do; null when nothing is to be done.</param>
internal sealed record Finding(string What, Health Health, string? Expected = null, string? Found = null, string? Hint = null);
