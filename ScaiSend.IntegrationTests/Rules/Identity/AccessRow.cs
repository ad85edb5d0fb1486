using System.Runtime.CompilerServices;

namespace ScaiSend.IntegrationTests.Rules.Identity;

/// <summary>A line of <c>access-table.txt</c>.</summary>
/// <param name="Who">
/// <c>public</c>; <c>operators</c>; <c>users</c> for any token; <c>administrators</c> for operators and tokens, <c>administrators,keys</c> for API keys, too;
/// <c>staff</c> for operators and super administrators; <c>any</c> for any credential of a tenant, or <c>tenants</c> for one that has a scope;
/// <c>console</c> for people who are signed in there, <c>console,staff</c> for staff.
/// </param>
/// <param name="Scope">Of which one is needed, comma-separated; <c>-</c> for none.</param>
/// <param name="Roles">The default roles that may.</param>
public sealed record AccessRow(string Method, string Path, string Who, string Scope, string[] Roles)
{
    public bool IsForAdministrators => Who is "staff" || Who.StartsWith("administrators", StringComparison.Ordinal);

    public bool LetsKeysIn => Who is not "users" && (!IsForAdministrators || Who.EndsWith(",keys", StringComparison.Ordinal));

    /// <summary>Whether it is a page of the console, which takes its own cookie and nothing else.</summary>
    public bool IsPage => Who.StartsWith("console", StringComparison.Ordinal);

    public bool IsForStaff => Who is "console,staff";

    public static IReadOnlyList<AccessRow> All() =>
        [
            .. File.ReadLines(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "access-table.txt"))
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(cells => new AccessRow(cells[0], cells[1], cells[2], cells[3], cells[4..])),
        ];

    private static string Here([CallerFilePath] string here = "") => here;
}
