using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Writes the error bodies. Nulls are written, as SendGrid writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiErrorBody))]
[JsonSerializable(typeof(DetailBody))]
[JsonSerializable(typeof(DetailListBody))]
internal sealed partial class ErrorJson : JsonSerializerContext
{
    public static ErrorJson Shared { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                // The texts quote and use apostrophes; the answer is never HTML.
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
