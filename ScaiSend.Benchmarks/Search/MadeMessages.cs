using MySqlConnector;
using ScaiSend.Benchmarks.Support;
using ScaiSend.Contracts;

namespace ScaiSend.Benchmarks.Search;

/// <summary>
/// Messages of the last 90 days with one email each, made inside MariaDB (its sequence tables). Nine of ten are one tenant's, the others those of <see cref="OtherTenants"/>.
/// What a message has follows from its number, so that a search can be asked for what is known to be there.
/// </summary>
public sealed class MadeMessages(string connectionString, int count, TimeProvider time)
{
    /// <summary>How many other tenants there are.</summary>
    public const int OtherTenants = 1000;

    /// <summary>The short name of the large tenant: the one that <c>scaisend migrate --seed</c> makes.</summary>
    public const string Large = "default";

    /// <summary>Gets a hundredth of all mail; one of a hundred of its mails bounces.</summary>
    public const string Everyone = "everyone@example.org";

    private const int Chunk = 50_000;
    private const int Days = 90;

    // No two mails of one recipient stand near each other.
    private const int Scatter = 7919;

    private readonly long _start = time.GetUtcNow().AddDays(-Days).ToUnixTimeMilliseconds();
    private readonly long _step = Days * 86_400_000L / count;

    private int Recipients => count / 5;

    /// <summary>The number of one of the large tenant's messages that goes to somebody with few mails.</summary>
    public int Any(Random random)
    {
        while (true)
            if (random.Next(1, count) is var number && number % 10 != 0 && number % 100 != 7)
                return number;
    }

    public DateTimeOffset At(int number) => DateTimeOffset.FromUnixTimeMilliseconds(_start + number * _step);

    public string MessageId(int number) => Ids.Show(Ids.Message, Id(number));

    /// <summary>As the header of the mail has it.</summary>
    public string MessageIdHeader(int number) => $"<{Id(number):N}@example.test>";

    public string Recipient(int number) => $"r{(long)number * Scatter % Recipients}@example.org";

    public static string Subject(int number) => $"Your order {number} is on its way";

    public static string Sender(int number) => $"shop{number % 50}@example.test";

    /// <summary>Makes them.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(
            connection,
            $"INSERT INTO tenants (id,name,slug,created_at) SELECT {TenantId("seq")},CONCAT('Tenant ',seq),CONCAT('tenant-',seq),{_start} FROM seq_1_to_{OtherTenants}",
            cancellationToken
        );
        for (var first = 1; first <= count; first += Chunk)
        {
            var last = Math.Min(first + Chunk - 1, count);
            await ExecuteAsync(connection, Messages(first, last), cancellationToken);
            await ExecuteAsync(connection, Emails(first, last), cancellationToken);
            if (last % 500_000 == 0)
                Progress.Say($"{last} of {count} messages made");
        }
        await ExecuteAsync(connection, "ANALYZE TABLE messages,emails", cancellationToken);
    }

    private string Messages(int first, int last) =>
        "INSERT INTO messages (id,tenant_id,content_id,from_email,subject,to_emails,categories,personalization,is_sandbox,created_at)"
        + $" SELECT {Id()},{Tenant},{Id()},CONCAT('shop',seq%50,'@example.test'),CONCAT('Your order ',seq,' is on its way'),"
        + $"CONCAT('[\"',{Recipient()},'\"]'),'[]',x'',0,{AtSql} {From(first, last)}";

    private string Emails(int first, int last) =>
        "INSERT INTO emails (id,tenant_id,message_id,recipient,state,lane,due_at,last_reply,version,deadline_at,starts_at,created_at,ended_at,attempts,events)"
        + $" SELECT {Id()},{Tenant},{Id()},{Recipient()},{State},IF({IsDeferred},1,0),IF({IsDeferred},{AtSql}+3600000,NULL),"
        + $"IF({State}=6,'250 OK','550 5.1.1 No such user'),4,{AtSql},{AtSql},{AtSql},{AtSql},1,3 {From(first, last)}";

    private static string From(int first, int last) => $"FROM seq_{first}_to_{last},(SELECT id FROM tenants WHERE slug='{Large}') t";

    private string AtSql => $"({_start}+seq*{_step})";

    private string Id() => $"UNHEX(CONCAT(LPAD(HEX({AtSql}),12,'0'),LPAD(HEX(seq),20,'0')))";

    private Guid Id(int number) => new(Convert.FromHexString($"{_start + number * _step:x12}{number:x20}"), bigEndian: true);

    private string Recipient() => $"IF(seq%100=7,'{Everyone}',CONCAT('r',seq*{Scatter}%{Recipients},'@example.org'))";

    private static string Tenant => $"IF(seq%10=0,{TenantId($"(1+(seq DIV 10)%{OtherTenants})")},t.id)";

    private static string TenantId(string number) => $"UNHEX(LPAD(HEX({number}),32,'0'))";

    private const string IsDeferred = "seq%100000=3";

    // 6 delivered, 7 deferred, 8 bounced.
    private const string State = $"CASE WHEN {IsDeferred} THEN 7 WHEN seq%10000=7 OR seq%20=8 THEN 8 ELSE 6 END";

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
