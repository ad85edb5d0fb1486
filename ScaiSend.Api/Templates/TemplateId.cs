using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>A template's public id: <c>d-</c> and 32 hexadecimal digits when it is dynamic, a GUID when it is legacy.</summary>
public readonly record struct TemplateId(Guid Id, bool IsDynamic)
{
    private const string DynamicPrefix = "d-";

    public static TemplateId Of(Template template) => new(template.Id, template.IsDynamic);

    /// <summary>Whether the text claims to name a dynamic template.</summary>
    public static bool IsDynamicForm(string text) => text.StartsWith(DynamicPrefix, StringComparison.Ordinal);

    public static bool TryRead(string? text, out TemplateId id)
    {
        id = default;
        if (text is null)
            return false;
        var isRead = IsDynamicForm(text) ? Ids.TryRead(DynamicPrefix, text, out var guid) : Guid.TryParseExact(text, "D", out guid);
        id = new TemplateId(guid, IsDynamicForm(text));
        return isRead;
    }

    public override string ToString() => IsDynamic ? Ids.Show(DynamicPrefix, Id) : Id.ToString("D");
}
