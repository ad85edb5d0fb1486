using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>content</c>, or <c>template_id</c> in its place.</summary>
internal static class Contents
{
    private const string Plain = "text/plain";
    private const string Html = "text/html";

    // No mail client shows so many alternatives.
    private const int Max = 100;

    public static IReadOnlyList<ContentPart> Read(Field root)
    {
        var templateId = root.String("template_id");
        if (!string.IsNullOrEmpty(templateId))
        {
            RefuseTemplate(root, templateId);
            return [];
        }
        // A template_id of a wrong type is not a missing content.
        var isTemplated = root.Member("template_id") is { IsEmptyString: false };
        if (root.Array("content", required: isTemplated ? null : Texts.Content) is not { } list)
            return [];
        if (list.Length is 0 or > Max)
        {
            list.Fail(Texts.Content);
            return [];
        }
        var parts = new List<ContentPart>(list.Length);
        var lastRank = -1;
        foreach (var item in list.Items())
        {
            if (item.AsObject() is not { } field)
                continue;
            var type = Type(field);
            var value = field.String("value", required: Texts.ContentValue);
            if (type is null)
                continue;
            var rank = Rank(type);
            if (rank < lastRank || (rank == lastRank && rank < Rank("")))
                field.Fail("type", Texts.ContentOrder);
            lastRank = Math.Max(rank, lastRank);
            if (value is not null)
                parts.Add(new ContentPart(type, value));
        }
        return parts;
    }

    private static void RefuseTemplate(Field root, string templateId)
    {
        if (!templateId.StartsWith("d-", StringComparison.Ordinal))
            root.Fail("template_id", Texts.TemplateId);
        else
            root.Fail("template_id", Texts.TemplateNotFound(templateId.Length > 64 ? templateId[..64] : templateId));
        if (root.Member("content") is { } content)
            content.Fail(Texts.TemplateWithContent);
    }

    private static string? Type(Field field)
    {
        if (field.Line("type", required: Texts.ContentType) is not { } type)
            return null;
        if (type.Equals(Plain, StringComparison.OrdinalIgnoreCase))
            return Plain;
        if (type.Equals(Html, StringComparison.OrdinalIgnoreCase))
            return Html;
        if (MediaTypes.CanBeBody(type))
            return type;
        field.Fail("type", Texts.ContentTypeSyntax);
        return null;
    }

    private static int Rank(string type) =>
        type switch
        {
            Plain => 0,
            Html => 1,
            _ => 2,
        };
}
