using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Templates;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Console.Templates;

/// <summary>The wording of a version as it stands in the form.</summary>
/// <param name="Plain">Empty: made from the HTML.</param>
/// <param name="TestData">JSON; of a legacy template an object of texts, its substitutions.</param>
public sealed record VersionDraft(string Name, string Subject, string Preheader, string Html, string Plain, string TestData)
{
    private static readonly string[] Fields = ["name", "subject", "preheader", "html_content", "plain_content", "test_data"];

    private static readonly Dictionary<string, string> Labels = new()
    {
        ["name"] = "The version’s name",
        ["subject"] = "The subject",
        ["preheader"] = "The preheader",
        ["html_content"] = "The HTML",
        ["plain_content"] = "The text",
        ["test_data"] = "The test data",
    };

    public static VersionDraft Of(TemplateVersion version) =>
        new(
            version.Name,
            version.Subject,
            version.Preheader ?? "",
            version.HtmlContent,
            version.GeneratesPlainContent ? "" : version.PlainContent,
            version.TestData ?? ""
        );

    /// <summary>What a new version begins with.</summary>
    public static VersionDraft New(bool isDynamic) =>
        isDynamic
            ? new(
                "First version",
                "Welcome, {{name}}",
                "",
                "<h1>Welcome, {{name}}</h1>\n<p>It is good that you are here.</p>\n",
                "",
                "{\n  \"name\": \"Ada\"\n}\n"
            )
            : new("First version", "<%subject%>", "", "<p>Dear -name-,</p>\n<%body%>\n", "", "{\n  \"-name-\": \"Ada\"\n}\n");

    /// <summary>What was typed, and the API's fields of it; with what is wrong, in sentences.</summary>
    /// <param name="isPreview">The version needs no name yet.</param>
    public static (VersionDraft Draft, VersionFields Fields, IReadOnlyList<string> Troubles) Read(PostedForm form, bool isPreview = false)
    {
        var body = form.AsBody(isPreview ? Fields[1..] : Fields);
        var fields = VersionFields.Read(body, isNew: !isPreview, needsSubject: false);
        var draft = new VersionDraft(
            form.Text("name"),
            form.Text("subject"),
            form.Text("preheader"),
            form.Lines("html_content"),
            form.Lines("plain_content"),
            form.Lines("test_data")
        );
        return (draft, fields, body.Sentences(Labels));
    }

    /// <summary>What the page calls a part of a version.</summary>
    public static string LabelOf(string part) => Labels.GetValueOrDefault(part, part);
}
