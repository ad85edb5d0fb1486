using System.Text.RegularExpressions;

namespace ScaiSend.Api.Admin;

/// <summary>Who may use the admin API. Section <c>Admin</c>.</summary>
public sealed partial class AdminOptions
{
    /// <summary>By the operator's name: SHA-256 of his key, in hexadecimal. None: the admin API is off.</summary>
    public Dictionary<string, string> Keys { get; set; } = [];

    /// <summary>Whether this may name an operator.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>What a name may be, for people.</summary>
    public const string NameForm = "1 to 64 letters, digits, - and _";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (name, hash) in Keys)
        {
            if (!IsName(name))
                yield return $"Admin:Keys names '{name}'; allowed are {NameForm}";
            // Somebody may have put the key itself here, so the value is not repeated.
            if (!Hash().IsMatch(hash))
                yield return $"Admin:Keys:{name} is no SHA-256 in 64 hexadecimal digits; `scaisend admin-key {name}` makes a key and this setting";
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9a-fA-F]{64}$")]
    private static partial Regex Hash();
}
