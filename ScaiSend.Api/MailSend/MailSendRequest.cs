using System.Text.Json;
using System.Text.Unicode;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Reads the body of <c>POST /v3/mail/send</c> in one pass and finds everything that is wrong with it at once.
/// It asks no storage: credentials, the sender's domain, batches, templates and groups are checked by the endpoint.
/// </summary>
public static class MailSendRequest
{
    /// <summary>Reads a request. The outcome holds nothing of the given memory.</summary>
    public static ParseOutcome Parse(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        var body = WithoutByteOrderMark(json.Span);
        if (!Utf8.IsValid(body))
            return Refuse(new ApiError("Invalid UTF8 in request"));

        var errors = new RequestErrors();
        var cursor = new JsonCursor(body, errors);
        var request = new MailSendFields(now);
        try
        {
            cursor.Start();
            request.Read(ref cursor);
            cursor.End();
        }
        catch (JsonException error)
        {
            return Refuse(Malformed(error, cursor.IsTooDeep));
        }

        if (request.IsRead)
            MailSendRules.Check(request, errors);
        return new ParseOutcome(errors.Found.Count == 0 ? request.ToMail(body) : null, errors.Found);
    }

    // Some clients write one; RFC 8259 §8.1 allows to pass over it.
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static ApiError Malformed(JsonException error, bool isTooDeep)
    {
        var place = $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
        return new ApiError(
            isTooDeep
                ? $"Bad Request: the JSON is nested deeper than {JsonCursor.MaxDepth} levels, at {place}."
                : $"Bad Request: the body is not valid JSON, at {place}."
        );
    }

    private static ParseOutcome Refuse(ApiError error) => new(null, [error]);
}
