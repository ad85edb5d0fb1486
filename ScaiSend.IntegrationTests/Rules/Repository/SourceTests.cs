using System.Text.RegularExpressions;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>What every source file keeps to.</summary>
public sealed partial class SourceTests
{
    [Fact]
    public void Work_left_for_later_names_its_issue()
    {
        var open =
            from path in RepositoryFiles
                .With(".cs", ".cake", ".sh", ".yml", ".csproj", ".props")
                .Where(path => !path.EndsWith("SourceTests.cs", StringComparison.Ordinal))
            from line in File.ReadLines(Path.Combine(RepositoryFiles.Root, path))
            where Later().IsMatch(line) && !Issue().IsMatch(line)
            select $"{path}: {line.Trim()}";

        Assert.Empty(open);
    }

    [Fact]
    public void Every_cited_rfc_is_listed()
    {
        var listed = Listed(RepositoryFiles.Read("docs/rfcs.md")).Select(row => row.Number).ToHashSet();

        var missing =
            from path in RepositoryFiles.With(".cs")
            from number in Cited(RepositoryFiles.Read(path))
            where !listed.Contains(number)
            select $"RFC {number} ({path})";

        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void Every_listed_rfc_says_yes_partly_or_no()
    {
        var rows = Listed(RepositoryFiles.Read("docs/rfcs.md")).ToList();

        Assert.All(rows, row => Assert.Contains(row.Answer, (string[])["yes", "partly", "no"]));
        Assert.Equal(rows.DistinctBy(row => row.Number), rows);
        Assert.Equal(rows.OrderBy(row => row.Number), rows);
    }

    [Fact]
    public void Every_rfc_that_is_followed_names_files_that_exist()
    {
        var rows = RepositoryFiles.Read("docs/rfcs.md").Split('\n').Where(line => Row().IsMatch(line + '\n')).ToList();

        Assert.All(rows.Where(row => !row.Contains("| no |", StringComparison.Ordinal)), row => Assert.NotEmpty(FileName().Matches(row)));
        var all = RepositoryFiles.With(".cs").ToHashSet();
        Assert.All(rows.SelectMany(row => FileName().Matches(row)), name => Assert.Contains("ScaiSend." + name.Groups[1].Value, all));
    }

    [Theory]
    [InlineData("// RFC 5321 §4.2.3 and RFC 7504;", 5321, 7504)]
    [InlineData("RFC 2045, 2046, 2183 and 2231: bodies", 2045, 2046, 2183, 2231)]
    [InlineData("RFC 5322 §2.1.1 prefers 78, RFC 2047 §2 allows 76", 5322, 2047)]
    [InlineData("no such thing as RFC 12")]
    public void Citations_are_found(string text, params int[] numbers) => Assert.Equal(numbers, Cited(text));

    private static IEnumerable<int> Cited(string text) =>
        Citation()
            .Matches(text)
            .SelectMany(citation => citation.Groups["number"].Captures)
            .Select(number => int.Parse(number.ValueSpan, provider: null));

    private static IEnumerable<(int Number, string Answer)> Listed(string markdown) =>
        Row().Matches(markdown).Select(row => (int.Parse(row.Groups[1].ValueSpan, provider: null), row.Groups[2].Value));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"#\d+")]
    private static partial Regex Issue();

    [GeneratedRegex(@"\bRFCs? ?(?<number>\d{3,5})\b(?:(?:, | and | or |/)(?<number>\d{3,5})\b)*")]
    private static partial Regex Citation();

    [GeneratedRegex(@"`([\w/]+\.cs)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\| (\d+) \|[^|]*\| (\w+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
