using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Answers about erasures.</summary>
public static class ErasureShape
{
    private static readonly object[] Kept =
    [
        new
        {
            what = "unsubscribes, group unsubscribes and spam reports",
            why = "the wish must still be honoured; a one-way key stands for the address, and mail to it is still kept back",
        },
        new { what = "messages, emails, attempts and events without the person", why = "so that counts and statistics stay right" },
        new
        {
            what = "mail to others that says the address",
            why = "it is the others' mail; the address is taken out, and retention deletes it",
        },
        new
        {
            what = "attached files, templates, pictures, categories in statistics, and letters to postmaster and abuse",
            why = "they are not searched; letters and attached files go with the retention",
        },
        new { what = "this job, with keys in place of addresses", why = "as the proof" },
    ];

    /// <summary>202.</summary>
    public static IResult Accepted(Guid jobId) => Results.Json(new { job_id = jobId }, statusCode: StatusCodes.Status202Accepted);

    /// <summary>How far a job is.</summary>
    public static IResult Show(EraseJob job) =>
        Results.Json(
            new
            {
                job_id = job.Id,
                state = job.FinishedAt is not null ? "done"
                : job.Waiting > 0 ? "waiting"
                : "running",
                created_at = job.CreatedAt,
                finished_at = job.FinishedAt,
                addresses = job.AddressKeys.Length / 16,
                removed = JsonSerializer.Deserialize<JsonElement>(job.Counts),
                waiting_messages = job.Waiting,
                // Null until the first look has ended.
                remaining = job.FinishedAt is null && job.Waiting == 0 && job.Remaining == 0 ? null : (int?)job.Remaining,
                kept = Kept,
            }
        );
}
