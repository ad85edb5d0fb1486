namespace ScaiSend.Api.Images;

/// <summary>What callers may say about an image.</summary>
public static class ImageFields
{
    public const int MaxAltText = 1000;
    public const int MaxFolder = 255;

    /// <summary>What is wrong with a folder's name; null when nothing is.</summary>
    public static string? FolderError(string? folder) =>
        folder is null ? null
        : folder.Any(char.IsControl) ? "must not contain control characters"
        : folder.Trim().Length != folder.Length ? "must not begin or end with a blank"
        : null;
}
