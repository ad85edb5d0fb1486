using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Console.Layout;

/// <summary>What is wrong with the fields of a form, for people.</summary>
public static class FieldWords
{
    /// <summary>A sentence for each error.</summary>
    /// <param name="labels">What the page calls the fields.</param>
    public static IReadOnlyList<string> Sentences(this BodyFields body, IReadOnlyDictionary<string, string> labels) =>
        [.. body.Errors.Select(error => $"{labels.GetValueOrDefault(error.Name, error.Name)} {Words(error.Message)}.").Distinct()];

    // A form sends a field that nobody has filled in as an empty one.
    private static string Words(string message) => message == "must have at least 1 characters" ? "must be filled in" : message;
}
