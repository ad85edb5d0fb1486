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
    /// <param name="contents">The contents of attachments that were taken out of the body; null when none were.</param>
    public static ParseOutcome Parse(ReadOnlyMemory<byte> json, DateTimeOffset now, ArrivingContents? contents = null)
    {
        var body = WithoutByteOrderMark(json.Span);
        if (!Utf8.IsValid(body))
            return Refuse(new ApiError("Invalid UTF8 in request"));

        var errors = new RequestErrors();
        var cursor = new JsonCursor(body, errors);
        var request = new MailSendFields(now, contents, json.Length - body.Length);
        try
        {
            cursor.Start();
            request.Read(ref cursor);
            cursor.End();
        }
        catch (JsonException error)
        {
            return Refuse(Malformed(error, cursor.IsTooDeep, TakenOut(body, error, json.Length - body.Length, contents)));
        }

        if (request.IsRead)
            MailSendRules.Check(request, errors);
        return new ParseOutcome(errors.Found.Count == 0 ? request.ToMail(body) : null, errors.Found);
    }

    // Some clients write one; RFC 8259 §8.1 allows to pass over it.
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    // The caller counts in the body as it was sent.
    private static long TakenOut(ReadOnlySpan<byte> body, JsonException error, int bodyStart, ArrivingContents? contents)
    {
        if (contents is null)
            return 0;
        var lineStart = 0;
        for (var line = error.LineNumber; line > 0; line--)
            lineStart += body[lineStart..].IndexOf((byte)'\n') + 1;
        return contents.TakenOut(bodyStart + lineStart, bodyStart + lineStart + (int)(error.BytePositionInLine ?? 0));
    }

    private static ApiError Malformed(JsonException error, bool isTooDeep, long takenOut)
    {
        var place = $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1 + takenOut}";
        return new ApiError(
            isTooDeep
                ? $"Bad Request: the JSON is nested deeper than {JsonCursor.MaxDepth} levels, at {place}."
                : $"Bad Request: the body is not valid JSON, at {place}."
        );
    }

    private static ParseOutcome Refuse(ApiError error) => new(null, [error]);
}
