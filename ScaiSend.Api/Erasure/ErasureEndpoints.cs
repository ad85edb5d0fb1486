using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Suppressions;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Api.Erasure;

/// <summary>
/// <c>POST /v3/recipients/erasejob</c> and, ours, <c>DELETE /v3/recipients/{email}</c>: 202 with a job that erases what is kept of these persons;
/// ours, <c>GET /v3/recipients/erasejob/{id}</c>: how far it is, and the proof. Scope <c>admin.settings</c>, because it cannot be taken back.
/// Errors: 400, 401, 403, 404, 413, 422 (documented dialect).
/// </summary>
public static class ErasureEndpoints
{
    /// <summary>Most addresses of one job.</summary>
    public const int Most = 5000;

    private const int MaxBody = 256 * 1024;

    public static void MapErasure(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/recipients/erasejob", EraseAsync).Needs(Scopes.AdminSettings);
        routes.MapGet("/v3/recipients/erasejob/{id}", ShowAsync).OursNeeds(Scopes.AdminSettings);
        routes.MapDelete("/v3/recipients/{email}", EraseOneAsync).OursNeeds(Scopes.AdminSettings);
    }

    private static async Task<IResult> EraseAsync(HttpContext http, Caller caller, EraseJobs jobs)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var emails = Addresses(body);
        return body.Refusal(http)
            ?? ErasureShape.Accepted(await jobs.AddAsync(caller.TenantId, emails, caller.Act(http), http.RequestAborted));
    }

    private static async Task<IResult> EraseOneAsync(HttpContext http, Caller caller, string email, EraseJobs jobs)
    {
        var address = AddressList.InPath(email);
        return AddressRule.IsValid(address)
            ? ErasureShape.Accepted(await jobs.AddAsync(caller.TenantId, [address], caller.Act(http), http.RequestAborted))
            : Refusals.Because(http, StatusCodes.Status400BadRequest, $"Email_address {address} is not valid");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Caller caller, string id, EraseJobs jobs) =>
        Guid.TryParseExact(id, "D", out var jobId) && await jobs.FindAsync(caller.TenantId, jobId, http.RequestAborted) is { } job
            ? ErasureShape.Show(job)
            : Refusals.NotFound(http, "Erase job", id);

    private static IReadOnlyList<string> Addresses(BodyFields body)
    {
        if (!body.Has("email_addresses"))
            body.Refuse("email_addresses", "Field required", "missing");
        var emails = body.Texts("email_addresses", Most);
        if (emails is { Count: 0 })
            body.Refuse("email_addresses", "must have at least 1 item");
        for (var i = 0; i < emails?.Count; i++)
            if (!AddressRule.IsValid(emails[i]))
                body.Refuse(string.Create(CultureInfo.InvariantCulture, $"email_addresses.{i}"), $"Email_address {emails[i]} is not valid");
        return emails ?? [];
    }
}
