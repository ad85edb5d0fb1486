using System.Buffers;

namespace ScaiSend.Platform.Templates.Language;

/// <summary>Classes of characters as JavaScript and Handlebars define them.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("!\"#%&'()*+,./;<=>@[\\]^`{|}~");
    private static readonly SearchValues<char> AfterNames = SearchValues.Create("=~}/.)]|");

    /// <summary>What <c>\s</c> matches.</summary>
    public static bool IsSpace(char c) => c is '\uFEFF' || (c is not '\u0085' && char.IsWhiteSpace(c));

    public static bool IsOfName(char c) => !NotInNames.Contains(c) && !IsSpace(c);

    public static bool CanFollowName(char c) => AfterNames.Contains(c) || IsSpace(c);

    public static bool CanFollowLiteral(char c) => c is '~' or '}' or ')' or ']' || IsSpace(c);
}
