using System.Globalization;
using MySqlConnector;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Stats;

/// <summary>Mails of the last 90 days with four events each, made inside MariaDB (its sequence tables), in all lanes and of 100 categories.</summary>
public sealed class MadeEvents(string connectionString, TimeProvider time)
{
    /// <summary>Of one email: queued, processed, delivered, and an open or a click.</summary>
    public const int PerEmail = 4;

    private const int Lanes = 32;
    private const int Chunk = 50_000;
    private const long Days = 90;

    /// <summary>Makes them; their number must be a multiple of the lanes.</summary>
    public async Task MakeAsync(int events, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        var emails = events / PerEmail;
        var start = time.GetUtcNow().AddDays(-Days).ToUnixTimeMilliseconds();
        var step = Days * 86_400_000 / emails;
        for (var first = 1; first <= emails; first += Chunk)
        {
            foreach (var sql in Statements(first, Math.Min(first + Chunk - 1, emails), start, step))
                await ExecuteAsync(connection, sql, cancellationToken);
            Progress.Say($"{Math.Min(first + Chunk - 1, emails)} of {emails} emails made");
        }
        await ExecuteAsync(
            connection,
            $"UPDATE event_lanes SET position={events / Lanes} WHERE lane BETWEEN 1 AND {Lanes}",
            cancellationToken
        );
    }

    /// <summary>How many events are counted.</summary>
    public async Task<long> CountedAsync(CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT COALESCE(SUM(position),0) FROM stats_positions", connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Statements(int first, int last, long start, long step)
    {
        var from = $"FROM seq_{first}_to_{last},(SELECT id FROM tenants LIMIT 1) t";
        var at = $"{start}+seq*{step}";
        yield return "INSERT INTO messages (id,tenant_id,content_id,from_email,subject,to_emails,categories,personalization,is_sandbox,created_at)"
            + $" SELECT {Id("seq")},t.id,{Id("seq")},'a@example.test','S','[]',CONCAT('[\"category-',seq%100,'\"]'),x'',0,{at} {from}";
        yield return "INSERT INTO emails (id,tenant_id,message_id,recipient,state,lane,version,deadline_at,starts_at,created_at,attempts,events)"
            + $" SELECT {Id("seq")},t.id,{Id("seq")},CONCAT('r',seq,'@',ELT(1+seq%4,'gmail.com','outlook.com','yahoo.com','example.org')),6,0,4,{at},{at},{at},1,5 {from}";
        var types = new[] { "'processed'", "'deferred'", "'delivered'", "IF(seq%4=0,'click','open')" };
        for (var k = 0; k < PerEmail; k++)
        {
            var number = $"((seq-1)*{PerEmail}+{k})";
            var data = k < 3 ? "NULL" : $"CONCAT('{{\"user_agent\":\"',{Agent},'\"}}')";
            yield return "INSERT INTO events (lane,position,email_id,number,tenant_id,type,at,data,flags)"
                + $" SELECT 1+{number}%{Lanes},{number} DIV {Lanes}+1,{Id("seq")},{k + 2},t.id,{types[k]},{at}+{k * 1000},{data},{(k < 3 ? 0 : 1)} {from}";
        }
    }

    private const string Agent =
        "ELT(1+seq%3,'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',"
        + "'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',"
        + "'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0')";

    private static string Id(string number) => $"UNHEX(LPAD(HEX({number}),32,'0'))";

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
