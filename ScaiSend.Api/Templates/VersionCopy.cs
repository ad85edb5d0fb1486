using System.Globalization;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>Copies versions.</summary>
public static class VersionCopy
{
    /// <summary>The same wording as another row.</summary>
    public static TemplateVersion Copy(
        this TemplateVersion version,
        Guid id,
        Guid templateId,
        string name,
        bool isActive,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = id,
            TenantId = version.TenantId,
            TemplateId = templateId,
            Name = name,
            Subject = version.Subject,
            Preheader = version.Preheader,
            HtmlContent = version.HtmlContent,
            PlainContent = version.PlainContent,
            GeneratesPlainContent = version.GeneratesPlainContent,
            Editor = version.Editor,
            Tracking = version.Tracking,
            TestData = version.TestData,
            IsActive = isActive,
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>A name for a copy, that fits; <paramref name="number"/> tells copies of the same apart.</summary>
    public static string NameOfCopy(string name, int max, int number = 1)
    {
        var copy = number == 1 ? " (copy)" : string.Create(CultureInfo.InvariantCulture, $" (copy {number})");
        return (name.Length + copy.Length > max ? name[..(max - copy.Length)] : name) + copy;
    }
}
