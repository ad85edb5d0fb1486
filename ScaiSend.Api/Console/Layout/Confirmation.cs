using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Console.Layout;

/// <summary>A page that says what will happen, with the form that does it.</summary>
/// <param name="Action">The page that the form is posted to.</param>
/// <param name="Above">The page that it belongs to, and where one who leaves it goes back to.</param>
/// <param name="Says">What will happen, in sentences.</param>
/// <param name="IsDanger">It cannot be taken back.</param>
public sealed record Confirmation(
    string Title,
    string Action,
    (string Title, string Page) Above,
    IReadOnlyList<string> Says,
    bool IsDanger = false
)
{
    /// <summary>What stands before one goes on all the same.</summary>
    public string? Warning { get; init; }

    /// <summary>The reason that was typed, when it is shown again.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The page, for the first time or because something was wrong with the reason.</summary>
    public Page Show(string? trouble = null) =>
        Page.Of<ConfirmPage>(
            trouble is null ? Title : $"Error: {Title}",
            (this, trouble),
            trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}
