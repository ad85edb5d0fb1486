using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Console.Layout;

/// <summary>What is wrong with the fields of a form, for people.</summary>
public static class FieldWords
{
    /// <summary>A sentence for each error.</summary>
    /// <param name="labels">What the page calls the fields.</param>
    public static IReadOnlyList<string> Sentences(this BodyFields body, IReadOnlyDictionary<string, string> labels) =>
        [.. body.Errors.Select(error => $"{labels.GetValueOrDefault(error.Name, error.Name)} {error.Message}.").Distinct()];
}
