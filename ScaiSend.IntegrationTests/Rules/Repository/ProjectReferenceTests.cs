using System.Xml.Linq;
using MassTransit;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>Stages meet in ScaiSend.Contracts and nowhere else: who may reference whom.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly string[] Everything =
    [
        "ScaiSend.Contracts",
        "ScaiSend.Platform",
        "ScaiSend.Api",
        "ScaiSend.Sagas",
        "ScaiSend.Processing",
        "ScaiSend.Delivery",
        "ScaiSend.Cli",
    ];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ScaiSend.Contracts"] = [],
        ["ScaiSend.Platform"] = ["ScaiSend.Contracts"],
        ["ScaiSend.Api"] = ["ScaiSend.Platform", "ScaiSend.Contracts"],
        ["ScaiSend.Sagas"] = ["ScaiSend.Platform", "ScaiSend.Contracts"],
        ["ScaiSend.Processing"] = ["ScaiSend.Platform", "ScaiSend.Contracts"],
        ["ScaiSend.Delivery"] = ["ScaiSend.Platform", "ScaiSend.Contracts"],
        ["ScaiSend.Cli"] = [.. Everything.Except(["ScaiSend.Cli"])],
        ["ScaiSend.IntegrationTests"] = [.. Everything, "ScaiSend.Benchmarks"],
        ["ScaiSend.Benchmarks"] = Everything,
    };

    public static TheoryData<string> Projects => [.. RepositoryFiles.With(".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is new: say here what it may reference");

        var referenced = Includes(path, "ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')));

        Assert.Empty(referenced.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_is_part_of_the_solution(string path) =>
        Assert.Contains($"\"{path}\"", RepositoryFiles.Read("ScaiSend.slnx"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_leaves_versions_to_the_central_file(string path) =>
        Assert.DoesNotContain(
            XDocument.Parse(RepositoryFiles.Read(path)).Descendants("PackageReference"),
            package => package.Attribute("Version") is not null
        );

    // MassTransit 9 and newer need a paid licence.
    [Fact]
    public void MassTransit_stays_below_9()
    {
        var versions = XDocument
            .Parse(RepositoryFiles.Read("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Where(package => package.Attribute("Include")!.Value.StartsWith("MassTransit", StringComparison.Ordinal))
            .Select(package => package.Attribute("Version")!.Value)
            .ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.EndsWith(",9.0.0)", version, StringComparison.Ordinal));
        Assert.Equal(8, typeof(IBus).Assembly.GetName().Version!.Major);
    }

    private static IEnumerable<string> Includes(string path, string element) =>
        XDocument.Parse(RepositoryFiles.Read(path)).Descendants(element).Select(reference => reference.Attribute("Include")!.Value);
}
