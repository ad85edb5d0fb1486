using System.Text.RegularExpressions;
using ScaiSend.IntegrationTests.Rules.Repository;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>The described error texts beside those in the source.</summary>
public sealed partial class ErrorTexts(RunningApi running) : IClassFixture<RunningApi>
{
    /// <summary>The described texts of an operation; a placeholder stands for anything.</summary>
    public static IReadOnlyList<Regex> Of(DescribedOperation operation) =>
        [.. Texts(operation).Select(text => new Regex($"^{string.Join("(.|\n)+", Fragments(text).Select(Regex.Escape))}$"))];

    [Fact]
    public void Every_text_of_mail_send_is_described()
    {
        var described = Texts(running.Api.Operation("POST", "/v3/mail/send")).Select(Bare).ToList();
        var known = described.Select(text => new Regex($"^{Regex.Escape(text).Replace("…", ".+", StringComparison.Ordinal)}$")).ToList();

        var missing =
            from path in RepositoryFiles.With(".cs")
            where path.StartsWith("ScaiSend.Api/MailSend/", StringComparison.Ordinal) && Checks().IsMatch(path)
            from Match literal in Literal().Matches(RepositoryFiles.Read(path))
            let text = Bare(literal.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal))
            where Sentence().IsMatch(text) && !known.Any(it => it.IsMatch(text))
            select $"{path}: {text}";

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Texts(DescribedOperation operation) =>
        operation.Json["responses"]!["400"]?["x-errors"]?.AsArray().Select(it => it!["message"]!.GetValue<string>()) ?? [];

    private static string[] Fragments(string text) => Placeholder().Split(text);

    private static string Bare(string text) => Placeholder().Replace(text, "…");

    [GeneratedRegex(@"\{[^{}"":]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(Fields?|Rules?|Maps|Request)\.cs$")]
    private static partial Regex Checks();

    [GeneratedRegex("\"((?:[^\"\\\\\n]|\\\\.)*)\"")]
    private static partial Regex Literal();

    // A text for callers has several words; keys and names have none. "line …, byte …" is a part of one.
    [GeneratedRegex(@"^(?!line )\S+( \S+){2,}")]
    private static partial Regex Sentence();
}
