using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Admin;

/// <summary>Which part of a list: <c>page</c> from 1, <c>page_size</c>.</summary>
public sealed record AdminPage(int Number, int Size)
{
    public const int MaxSize = 100;
    private const int MaxNumber = 100_000;

    public static AdminPage Read(QueryFields fields) =>
        new(fields.Number("page", otherwise: 1, min: 1, max: MaxNumber), fields.Number("page_size", otherwise: 25, min: 1, max: MaxSize));

    /// <summary>The rows of this page and the number of all.</summary>
    public async Task<(IReadOnlyList<T> Rows, int Total)> OfAsync<T>(IQueryable<T> ordered, CancellationToken cancellationToken) =>
        (await ordered.Skip((Number - 1) * Size).Take(Size).ToListAsync(cancellationToken), await ordered.CountAsync(cancellationToken));

    public IResult Show(IEnumerable<object> rows, int total) =>
        Results.Json(
            new
            {
                data = rows,
                total,
                page = Number,
                page_size = Size,
            }
        );
}
