using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Requests;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Images;

/// <summary>Which images a caller wants to see.</summary>
/// <param name="Search">Part of a file name or of the alt text, in any case.</param>
public sealed record ImageListQuery(string? Folder, string? Search, int Page, int PageSize)
{
    private const int MaxPage = 10_000;
    private const int MaxPageSize = 100;
    private const int MaxSearch = 200;

    public static ImageListQuery Read(QueryFields fields)
    {
        var search = fields.Text("search");
        if (search?.Length > MaxSearch)
            fields.Refuse("search", $"must have at most {MaxSearch} characters");
        return new ImageListQuery(
            fields.Text("folder"),
            search,
            fields.Number("page", otherwise: 1, min: 1, MaxPage),
            fields.Number("page_size", otherwise: 25, min: 1, MaxPageSize)
        );
    }
}

/// <summary>Lists a tenant's images, newest first, and the folders that they are in.</summary>
public sealed class ImageList(MailDatabase database, PublicUrl url)
{
    /// <summary>More folders than anybody looks through.</summary>
    private const int MaxFolders = 1000;

    private const string Escape = "!";

    public async Task<object> ReadAsync(Guid tenantId, ImageListQuery query, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var images = db.Images.Where(i => i.DeletedAt == null);
        if (query.Folder is { } folder)
            images = images.Where(i => i.Folder == folder);
        if (query.Search is { } search)
        {
            var pattern = $"%{Literal(search)}%";
            images = images.Where(i =>
                EF.Functions.Like(i.FileName, pattern, Escape)
                || EF.Functions.Like(i.OriginalFileName, pattern, Escape)
                || i.AltText != null && EF.Functions.Like(i.AltText, pattern, Escape)
            );
        }
        var total = await images.CountAsync(cancellationToken);
        var page = await images
            .OrderByDescending(i => i.CreatedAt)
            .ThenBy(i => i.Id)
            .Skip((query.Page - 1) * query.PageSize)
            .Take(query.PageSize)
            .ToListAsync(cancellationToken);
        return new
        {
            result = page.Select(i => ImageShape.Show(i, url)),
            total,
            page = query.Page,
            page_size = query.PageSize,
        };
    }

    public async Task<IReadOnlyList<string>> FoldersAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db
            .Images.Where(i => i.DeletedAt == null && i.Folder != null)
            .Select(i => i.Folder!)
            .Distinct()
            .OrderBy(f => f)
            .Take(MaxFolders)
            .ToListAsync(cancellationToken);
    }

    // LIKE's own signs are to be found as they are.
    private static string Literal(string text) => text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_");
}
