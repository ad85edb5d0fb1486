using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Batches;
using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Answers about batches and scheduled sends. Both dialects have SendGrid's shapes; the documented one adds what a batch's messages came to.</summary>
public static class BatchShape
{
    private static readonly string TooMany =
        $"the maximum number of cancellations and pauses is reached: a tenant may have {BatchStatuses.Most} at a time";

    /// <summary>201 with a new id.</summary>
    public static IResult Issued(string batchId) => Results.Json(new { batch_id = batchId }, statusCode: StatusCodes.Status201Created);

    /// <summary>SendGrid's answer for an id that is valid.</summary>
    public static IResult Valid(MailBatch batch) => Results.Json(new { batch_id = batch.BatchId });

    /// <summary>The documented dialect's.</summary>
    public static IResult Counted(MailBatch batch, IReadOnlyDictionary<string, long> byStatus) =>
        Results.Json(
            new
            {
                batch_id = batch.BatchId,
                status = Word(batch.Status),
                total = byStatus.Values.Sum(),
                by_status = byStatus,
                created_at = batch.CreatedAt,
            }
        );

    /// <summary>201: the batch is paused or cancelled.</summary>
    public static IResult Held(string batchId, BatchStatus status) =>
        Results.Json(new { batch_id = batchId, status = Word(status) }, statusCode: StatusCodes.Status201Created);

    /// <summary>Paused and cancelled batches.</summary>
    public static IResult List(IEnumerable<MailBatch> batches) =>
        Results.Json(batches.Select(b => new { batch_id = b.BatchId, status = Word(b.Status) }));

    /// <summary>What a mail or a status names as its batch was never issued to its tenant.</summary>
    public static ApiError UnknownBatch { get; } = new("invalid batch id", "batch_id");

    /// <summary>400: the tenant was not issued this id, or too long ago.</summary>
    public static IResult Invalid(HttpContext http) =>
        Refusals.Because(http, StatusCodes.Status400BadRequest, UnknownBatch.Message, UnknownBatch.Field);

    /// <summary>Why the status was not changed.</summary>
    public static IResult Refusal(HttpContext http, string batchId, StatusChange change) =>
        change switch
        {
            StatusChange.NoBatch => Invalid(http),
            StatusChange.NoStatus => Refusals.NotFound(http, "Scheduled send", batchId),
            StatusChange.HasStatus => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                "this batch id has a status already; change it with PATCH, or take it away with DELETE",
                "batch_id"
            ),
            StatusChange.Final => Refusals.Because(
                http,
                StatusCodes.Status409Conflict,
                "this batch was cancelled for good; nothing of it can be sent any more",
                "batch_id"
            ),
            StatusChange.TooMany => Refusals.Because(http, StatusCodes.Status400BadRequest, TooMany),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No refusal"),
        };

    /// <summary>The status in SendGrid's words.</summary>
    public static string? Word(BatchStatus? status) =>
        status switch
        {
            BatchStatus.Pause => "pause",
            BatchStatus.Cancel or BatchStatus.CancelForGood => "cancel",
            _ => null,
        };
}
