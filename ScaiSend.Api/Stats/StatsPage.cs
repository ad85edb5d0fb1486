using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Stats;

/// <summary>Which of the periods are shown: <c>limit</c>, all unless given, and <c>offset</c>.</summary>
public sealed record StatsPage(int Limit, int Offset)
{
    public static StatsPage Read(QueryFields fields) =>
        new(
            fields.Number("limit", otherwise: StatsRange.MaxDays, min: 1, max: StatsRange.MaxDays),
            fields.Number("offset", otherwise: 0, min: 0, max: StatsRange.MaxDays)
        );

    public IReadOnlyList<StatsPart> Of(IReadOnlyList<StatsPart> parts) => [.. parts.Skip(Offset).Take(Limit)];
}
