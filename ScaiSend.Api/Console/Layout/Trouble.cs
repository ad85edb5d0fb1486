using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Console.Layout;

/// <summary>Pages that say why there is no other.</summary>
public static class Trouble
{
    /// <summary>403.</summary>
    public static IResult Refused(string text) => Of("You may not see this", text, StatusCodes.Status403Forbidden);

    /// <summary>404.</summary>
    /// <param name="what">Such as <c>message</c>.</param>
    public static IResult NotFound(string what) =>
        Of("Not found", $"There is no such {what} here. It may be another tenant's, or it was deleted.", StatusCodes.Status404NotFound);

    /// <summary>400.</summary>
    public static IResult BadForm(string text) => Of("This could not be taken", text, StatusCodes.Status400BadRequest);

    /// <summary>409.</summary>
    public static IResult TooLate(string text) => Of("This cannot be done any more", text, StatusCodes.Status409Conflict);

    /// <summary>429.</summary>
    public static IResult TooMany() =>
        Of("Too many requests", "Wait a moment, then load the page again.", StatusCodes.Status429TooManyRequests);

    /// <summary>503.</summary>
    public static IResult Later(string text) =>
        Of("Not at the moment", $"{text} Wait a moment, then load the page again.", StatusCodes.Status503ServiceUnavailable);

    private static Page Of(string title, string text, int status) => Page.Of<TroublePage>(title, text, status);
}
