using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MySqlConnector;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>
/// Stores the rows of accepted requests in a grouped commit: two writers, no timer, each takes what has queued while its last commit ran.
/// The rows are the product's own: one in each of contents, messages and emails, with columns filled the same.
/// </summary>
public sealed class BareRows(MySqlDataSource database, TimeProvider time)
{
    private const int Writers = 2;
    private const int MaxGroup = 128;
    private static readonly Guid Tenant = new("01930000-0000-7000-8000-000000000001");
    private readonly Channel<Pending> queue = Channel.CreateUnbounded<Pending>();

    /// <summary>Answers the new message's id once its rows are committed.</summary>
    public Task<Guid> AddAsync(BareRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new Pending(request, Guid.CreateVersion7(time.GetUtcNow()), new(TaskCreationOptions.RunContinuationsAsynchronously));
        queue.Writer.TryWrite(pending);
        return pending.Committed.Task;
    }

    /// <summary>Writes until stopped.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(1, Writers).Select(_ => WriteAsync(cancellationToken)));

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var group = new List<Pending>(MaxGroup);
        while (await queue.Reader.WaitToReadAsync(cancellationToken))
        {
            group.Clear();
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var pending))
                group.Add(pending);
            if (group.Count > 0)
                await SaveAsync(connection, group, cancellationToken);
        }
    }

    private async Task SaveAsync(MySqlConnection connection, List<Pending> group, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = connection.CreateCommand();
            Fill(command, group);
            await command.ExecuteNonQueryAsync(cancellationToken);
            foreach (var pending in group)
                pending.Committed.SetResult(pending.MessageId);
        }
        catch (MySqlException trouble)
        {
            foreach (var pending in group)
                pending.Committed.TrySetException(trouble);
        }
    }

    // One round trip: three inserts of many rows, and the commit.
    private void Fill(MySqlCommand command, List<Pending> group)
    {
        var sql = new StringBuilder("BEGIN;");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var emails = new Guid[group.Count];
        var contents = new Guid[group.Count];
        for (var i = 0; i < group.Count; i++)
            (emails[i], contents[i]) = (Guid.CreateVersion7(time.GetUtcNow()), Guid.CreateVersion7(time.GetUtcNow()));

        void Rows(string head, Func<int, object?[]> row)
        {
            sql.Append(head);
            for (var i = 0; i < group.Count; i++)
            {
                sql.Append(i == 0 ? "(" : ",(");
                foreach (var (column, value) in row(i).Index())
                {
                    sql.Append(column == 0 ? "" : ",");
                    // Ids and numbers as literals: with them as parameters the bare endpoint was slower than the product.
                    if (value is Guid id)
                        sql.Append("x'").Append(Convert.ToHexStringLower(id.ToByteArray(bigEndian: true))).Append('\'');
                    else if (value is int or long)
                        sql.Append(value);
                    else
                    {
                        sql.Append('?');
                        command.Parameters.Add(new MySqlParameter { Value = value });
                    }
                }
                sql.Append(')');
            }
            sql.Append(';');
        }

        Rows(
            "INSERT INTO contents (id,tenant_id,body) VALUES ",
            i => [contents[i], Tenant, JsonSerializer.SerializeToUtf8Bytes(group[i].Request, BareJson.Default.BareRequest)]
        );
        Rows(
            "INSERT INTO messages (id,tenant_id,content_id,from_email,from_name,subject,to_emails,categories,personalization,is_sandbox,created_at) VALUES ",
            i =>
                [
                    group[i].MessageId,
                    Tenant,
                    contents[i],
                    group[i].Request.From.Email,
                    group[i].Request.From.Name,
                    group[i].Request.Subject,
                    $"[\"{group[i].Recipient}\"]",
                    "[]",
                    Encoding.UTF8.GetBytes(
                        $"{{\"to\":[{{\"email\":\"{group[i].Recipient}\"}}],\"cc\":[],\"bcc\":[],\"headers\":{{}},\"substitutions\":{{}}}}"
                    ),
                    0,
                    now,
                ]
        );
        Rows(
            "INSERT INTO emails (id,tenant_id,message_id,recipient,state,lane,version,due_at,deadline_at,starts_at,created_at,attempts,events) VALUES ",
            i => [emails[i], Tenant, group[i].MessageId, group[i].Recipient, 3, 2, 1, now + 120_000, now + 259_200_000, now, now, 0, 1]
        );
        command.CommandText = sql.Append("COMMIT").ToString();
    }

    private sealed record Pending(BareRequest Request, Guid MessageId, TaskCompletionSource<Guid> Committed)
    {
        public string Recipient => Request.Personalizations[0].To[0].Email;
    }
}
