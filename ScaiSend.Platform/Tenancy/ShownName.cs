using System.Globalization;

namespace ScaiSend.Platform.Tenancy;

/// <summary>Names that people are shown in lists and tables: of tenants, partners, roles and groups.</summary>
public static class ShownName
{
    /// <summary>What a name must be, in words.</summary>
    public const string Form = "must be more than blanks, and have no control characters and none that change the direction of text";

    // Part of emoji and of some scripts; they move nothing.
    private const char NonJoiner = '\u200C';
    private const char Joiner = '\u200D';

    /// <summary>Whether it stays on its line and in its place, and can be seen.</summary>
    public static bool Allows(string name) => !string.IsNullOrWhiteSpace(name) && name.All(Allows);

    /// <summary>As it can be printed, whoever gave it.</summary>
    public static string Printable(string text) => text.All(Allows) ? text : string.Concat(text.Select(c => Allows(c) ? c : '\uFFFD'));

    private static bool Allows(char c) =>
        c is NonJoiner or Joiner
        || char.GetUnicodeCategory(c)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
