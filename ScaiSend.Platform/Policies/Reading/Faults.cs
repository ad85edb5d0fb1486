using System.Globalization;

namespace ScaiSend.Platform.Policies.Reading;

/// <summary>What is wrong with a policy's text, and where.</summary>
public sealed record PolicyFault(int Line, int Column, string Words)
{
    /// <summary>Such as <c>12:5: defaults.tls is 'maybe'; allowed are …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: {Words}");
}

/// <summary>Collects all that is wrong with a text, so that an operator hears it at once.</summary>
internal sealed class Faults
{
    /// <summary>More help nobody.</summary>
    private const int Most = 100;

    private const int LongestShown = 80;

    private readonly List<PolicyFault> _faults = [];

    public IReadOnlyList<PolicyFault> InOrder => [.. _faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)];

    public void Add(YamlNode at, string words)
    {
        if (_faults.Count < Most)
            _faults.Add(new PolicyFault(at.Line, at.Column, words));
    }

    /// <summary>A value is not what it should be.</summary>
    public void Wrong(YamlNode value, string path, string allowed) =>
        Add(
            value,
            value is YamlScalar { IsNull: false } scalar ? $"{path} is '{Shown(scalar)}'; {allowed}" : $"{path} is {Kind(value)}; {allowed}"
        );

    public static string Shown(YamlScalar scalar) =>
        scalar.Value.Length <= LongestShown
            ? scalar.Value.ReplaceLineEndings(" ")
            : scalar.Value[..LongestShown].ReplaceLineEndings(" ") + "…";

    private static string Kind(YamlNode value) =>
        value switch
        {
            YamlMap => "a map",
            YamlList => "a list",
            _ => "empty",
        };
}
