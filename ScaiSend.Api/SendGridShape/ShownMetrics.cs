using System.Text.Json;
using System.Text.Json.Serialization;
using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Some numbers as a JSON object. Written without anything in between: an answer may have nine thousand of them, of twenty numbers each.</summary>
/// <param name="Metrics">Which, in the order in which they are shown.</param>
/// <param name="WithBlocks">Blocks count as bounces, too.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct ShownMetrics(IReadOnlyList<Metric> Metrics, bool WithBlocks, MetricCounts Counts)
{
    private sealed class Converter : JsonConverter<ShownMetrics>
    {
        private static readonly JsonEncodedText[] Names = [.. MetricCounts.Columns.Select(name => JsonEncodedText.Encode(name))];

        public override ShownMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Numbers are only shown");

        public override void Write(Utf8JsonWriter writer, ShownMetrics value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            for (var i = 0; i < value.Metrics.Count; i++)
            {
                var metric = value.Metrics[i];
                var count = value.Counts[metric];
                if (metric == Metric.Bounces && value.WithBlocks)
                    count += value.Counts[Metric.Blocks];
                writer.WriteNumber(Names[(int)metric], count);
            }
            writer.WriteEndObject();
        }
    }
}
