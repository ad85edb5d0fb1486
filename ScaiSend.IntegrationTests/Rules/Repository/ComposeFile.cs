using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>A compose file, read as far as the tests ask.</summary>
internal sealed partial class ComposeFile(string path)
{
    private readonly Dictionary<string, object> _file = Parse(RepositoryFiles.Read(path));

    public IReadOnlyDictionary<string, Dictionary<object, object>> Services =>
        Map(_file["services"]).ToDictionary(service => (string)service.Key, service => Map(service.Value));

    /// <summary>Services that run our own image.</summary>
    public IEnumerable<string> Roles => Services.Where(service => service.Value.ContainsKey("build")).Select(service => service.Key);

    /// <summary>Names that a section at the top, such as <c>volumes</c>, declares.</summary>
    public IEnumerable<string> Declared(string section) => _file.TryGetValue(section, out var names) ? Map(names).Keys.Cast<string>() : [];

    public IReadOnlyList<string> Command(string service) => [.. ((List<object>)Services[service]["command"]).Cast<string>()];

    /// <summary>The service's environment, variables filled in by <paramref name="fill"/>.</summary>
    public IReadOnlyDictionary<string, string> Environment(string service, Func<string, string> fill) =>
        Map(Services[service]["environment"])
            .ToDictionary(e => (string)e.Key, e => Variable().Replace((string)e.Value, variable => fill(variable.Groups["name"].Value)));

    /// <summary>All variables that the file takes from <c>.env</c>.</summary>
    public IEnumerable<string> Variables =>
        Variable().Matches(RepositoryFiles.Read(path)).Select(variable => variable.Groups["name"].Value).Distinct();

    public IEnumerable<string> Needs(string service) =>
        Services[service].TryGetValue("depends_on", out var needs) ? Map(needs).Keys.Cast<string>() : [];

    private static Dictionary<object, object> Map(object node) => (Dictionary<object, object>)node;

    private static Dictionary<string, object> Parse(string yaml) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(new StringReader(yaml))));

    [GeneratedRegex(@"\$\{(?<name>\w+)(:\?[^}]*)?\}")]
    private static partial Regex Variable();
}
