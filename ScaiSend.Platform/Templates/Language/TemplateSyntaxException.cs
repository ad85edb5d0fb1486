namespace ScaiSend.Platform.Templates.Language;

/// <summary>Ends a compilation at the first thing that is wrong; never leaves <see cref="CompiledTemplate"/>.</summary>
internal sealed class TemplateSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset => offset;
}
