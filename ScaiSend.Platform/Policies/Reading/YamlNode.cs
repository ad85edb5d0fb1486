namespace ScaiSend.Platform.Policies.Reading;

/// <summary>A piece of a YAML text and where it stands; lines and columns count from 1.</summary>
internal abstract record YamlNode(int Line, int Column);

/// <param name="IsPlain">Written without quotes, so that <c>~</c> and nothing at all mean null.</param>
internal sealed record YamlScalar(int Line, int Column, string Value, bool IsPlain) : YamlNode(Line, Column)
{
    public bool IsNull => IsPlain && Value is "" or "~" or "null";
}

internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

/// <param name="Entries">In the file's order, with those that occur twice.</param>
internal sealed record YamlMap(int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line, Column);
