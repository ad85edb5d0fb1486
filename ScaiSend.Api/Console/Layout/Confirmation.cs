using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Console.Layout;

/// <summary>A page that says what will happen, and a form that does it.</summary>
/// <param name="Action">Where the form goes; below <c>/console/</c>.</param>
/// <param name="Says">What will happen, a paragraph each.</param>
/// <param name="Back">The page that it was asked on; below <c>/console/</c>.</param>
/// <param name="BackTitle">What that page is called.</param>
public sealed record Confirmation(
    string Title,
    string Action,
    IReadOnlyList<string> Says,
    bool IsDanger,
    string Back,
    string BackTitle,
    string Reason = "",
    string? Trouble = null
)
{
    public Page Page() =>
        Layout.Page.Of<ConfirmationPage>(
            Trouble is null ? Title : $"Error: {Title}",
            this,
            Trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}
