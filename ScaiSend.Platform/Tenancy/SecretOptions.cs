namespace ScaiSend.Platform.Tenancy;

/// <summary>The ring of keys that seal secrets at rest and prove links and return paths. Section <c>Secrets</c>.</summary>
public sealed class SecretOptions
{
    private const int KeyLength = 32;

    /// <summary>32 bytes in base64: seals and proves whatever is new.</summary>
    public string Key { get; set; } = "";

    /// <summary>More such keys, separated by commas: for what was sealed and proved with them.</summary>
    public string OldKeys { get; set; } = "";

    /// <summary>In place of both, a file with a key in each line: the first is the key, the others are the old ones.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>All keys, the one for what is new first.</summary>
    /// <exception cref="FormatException">A key is none; <see cref="Errors"/> says which.</exception>
    public IReadOnlyList<byte[]> Ring() => [.. Texts().Select(Convert.FromBase64String)];

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (KeyFile.Length > 0)
            return Key.Length + OldKeys.Length > 0
                    ? ["Secrets:KeyFile is set beside Secrets:Key or Secrets:OldKeys; allowed is one or the other"]
                : !File.Exists(KeyFile) ? [$"Secrets:KeyFile is '{KeyFile}', which is no file"]
                : IsRing() ? []
                : [$"Secrets:KeyFile is '{KeyFile}'; each of its lines must be base64 of 32 random bytes"];
        if (!IsKey(Key))
            return ["Secrets:Key is not set or no key; allowed is base64 of 32 random bytes, such as `openssl rand -base64 32` prints"];
        return IsRing() ? [] : ["Secrets:OldKeys has something that is no key; allowed are keys like Secrets:Key, separated by commas"];
    }

    private bool IsRing() => Texts().ToList() is { Count: > 0 } texts && texts.TrueForAll(IsKey);

    private IEnumerable<string> Texts() =>
        KeyFile.Length > 0
            ? File.ReadLines(KeyFile).Select(line => line.Trim()).Where(line => line.Length > 0)
            : OldKeys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Prepend(Key);

    private static bool IsKey(string text)
    {
        Span<byte> bytes = stackalloc byte[2 * KeyLength];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == KeyLength;
    }
}
