using System.Text.Json;
using ScaiSend.Platform.Templates.Evaluation;

namespace ScaiSend.Platform.Templates;

/// <summary>The data of a rendering, read once for all parts of a template.</summary>
public sealed class TemplateData
{
    private TemplateData(object? root) => Root = root;

    internal object? Root { get; }

    /// <summary>Data without any value.</summary>
    public static TemplateData Empty { get; } = new(new JsObject());

    /// <summary>
    /// Reads the JSON of a mail, where SendGrid has two variables of its own: <c>unsubscribe</c> and <c>unsubscribe_preferences</c>. They become the tags
    /// that stand for the recipient's links, so the caller's own data goes before them.
    /// </summary>
    public static TemplateData OfMail(JsonElement json)
    {
        var data = Of(json);
        if (data.Root is not JsObject given)
            return data;
        var root = data == Empty ? new JsObject() : given;
        root.AddMissing("unsubscribe", "<%asm_group_unsubscribe_raw_url%>");
        root.AddMissing("unsubscribe_preferences", "<%asm_preferences_raw_url%>");
        return new TemplateData(root);
    }

    /// <summary>Reads JSON. Throws <see cref="TemplateRenderException"/> for text that is no Unicode.</summary>
    public static TemplateData Of(JsonElement json)
    {
        try
        {
            return json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? Empty : new TemplateData(JsObject.Read(json));
        }
        // A lone surrogate passes the grammar of JSON, yet is no text.
        catch (InvalidOperationException)
        {
            throw new TemplateRenderException("The template's data holds text that is not valid Unicode");
        }
    }
}
