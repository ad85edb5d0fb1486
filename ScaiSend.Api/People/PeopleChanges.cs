using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Identity;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.People;

/// <summary>Why a change was not made.</summary>
public sealed record Refused(int Status, string Reason)
{
    public static Refused NotFound(string what, string id) => new(StatusCodes.Status404NotFound, $"{what} not found: {id}");

    public static Refused Conflict(string reason) => new(StatusCodes.Status409Conflict, reason);

    /// <summary>Nobody gives or takes what he may not do himself: he could make himself, or an accomplice, stronger (decision 28).</summary>
    public static Refused? TooFar(Administrator who, IEnumerable<string> permissions) =>
        permissions.FirstOrDefault(permission => !who.Scopes.Contains(permission)) is { } lacking
            ? new Refused(StatusCodes.Status403Forbidden, $"Missing required scope: {lacking}")
            : null;

    /// <summary>204 when there was nothing to refuse.</summary>
    public static IResult Answer(HttpContext http, Refused? refused) => refused?.Answer(http) ?? Results.NoContent();

    public IResult Answer(HttpContext http) => Refusals.Because(http, Status, Reason);
}

/// <summary>
/// Carries out changes of a tenant's roles, users and groups: one at a time, each with its audit entry in its own transaction, and none after which
/// nobody is left who may administer users.
/// </summary>
public sealed class PeopleChanges(MailDatabase database, EffectivePermissions permissions, TimeProvider time)
{
    /// <summary>Changes something; the function adds what is to be stored and notes it, or refuses. It may run more than once.</summary>
    public async Task<Refused?> RunAsync(Change change, Func<Noting, Task<Refused?>> make, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(change.TenantId);
        var refused = await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);
        if (refused is null)
            permissions.Forget();
        return refused;

        async Task<Refused?> TryAsync()
        {
            await using var db = database.For(change.TenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            // Whoever changes people holds the tenant's row: two cannot close a circle of groups together, or each remove the other.
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            var before = await LastAdministrator.ReadAsync(db, cancellationToken);
            if (await make(new Noting(db, change, time, cancellationToken)) is { } no)
                return no;
            await db.SaveChangesAsync(cancellationToken);
            if (LastAdministrator.Refusal(before, await LastAdministrator.ReadAsync(db, cancellationToken)) is { } last)
                return last;
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
    }
}

/// <summary>A change while it is made.</summary>
public sealed record Noting(MailDb Db, Change Change, TimeProvider Time, CancellationToken Stop)
{
    public Administrator Who => Change.Who;

    /// <summary>Writes it down; it commits with the change.</summary>
    public void Note(string action, object target, object? before = null, object? after = null) =>
        AuditLog.Note(Db, Time, new Act(Who.Who, Change.Reason), action, Change.TenantId, target, before, after);
}
