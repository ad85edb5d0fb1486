using ScaiSend.Api.Templates;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Console.Templates;

/// <summary>What the page of a version shows.</summary>
/// <param name="Stored">Null while the version is new.</param>
/// <param name="Draft">What stands in the form.</param>
public sealed record VersionModel(Template Template, TemplateVersion? Stored, VersionDraft Draft)
{
    public IReadOnlyList<string> Troubles { get; init; } = [];
    public string Reason { get; init; } = "";
    public bool MayWrite { get; init; }
    public bool MayDelete { get; init; }

    public TemplateId TemplateId => TemplateId.Of(Template);

    public string Page => $"templates/{TemplateId}/versions/{(Stored is null ? "new" : Ids.Show(VersionId.Prefix, Stored.Id))}";
}
