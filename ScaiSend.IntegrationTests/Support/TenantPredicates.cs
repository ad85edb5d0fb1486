using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;

[assembly: AssemblyFixture(typeof(TenantPredicates))]

namespace ScaiSend.IntegrationTests.Support;

/// <summary>
/// Hears every statement that any test sends to MySQL or MariaDB, by whatever way. One over a table of tenants without a predicate on the tenant fails the run,
/// unless <c>tenant-statements.txt</c> says why it may. The stages behind the door may work on ids in hand; requests may not. <c>SCAISEND_TEST_STATEMENTS</c> names a file to list them in instead.
/// </summary>
public sealed partial class TenantPredicates : IDisposable
{
    private const string Source = "MySqlConnector";
    private const string Requests = "Microsoft.AspNetCore";

    // What begins lines of the file about statements within requests.
    private const string InRequest = "request: ";

    // Longer statements differ in their rows alone.
    private const int MostCompared = 500;

    private readonly ConcurrentDictionary<string, bool> _faults = new();
    private readonly ConcurrentDictionary<(bool, string), bool> _known = new();
    private readonly ActivityListener _listener;
    private readonly Regex _tables = TablesOfTenants();
    private readonly IReadOnlyList<(Regex Statement, string Why)> _allowed = Allowed();

    public TenantPredicates()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Source or Requests,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Hear,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What is wrong with a text of SQL: its statements that need a tenant and have none.</summary>
    public IEnumerable<string> FaultsIn(string sql, bool isInRequest) =>
        Shape(sql)
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(statement => NeedsOne(statement, isInRequest))
            .Select(statement => isInRequest ? $"{InRequest}{statement}" : statement);

    public void Dispose()
    {
        _listener.Dispose();
        if (Environment.GetEnvironmentVariable("SCAISEND_TEST_STATEMENTS") is { Length: > 0 } file)
            File.WriteAllLines(file, _faults.Keys.Order(StringComparer.Ordinal));
        else if (!_faults.IsEmpty)
            throw new InvalidOperationException(
                "Statements over tables of tenants without a tenant; give them one, or say in tenant-statements.txt why they need none:\n"
                    + string.Join('\n', _faults.Keys.Order(StringComparer.Ordinal))
            );
    }

    private void Hear(Activity activity)
    {
        if (activity.Source.Name != Source || activity.GetTagItem("db.statement") is not string sql)
            return;
        var isInRequest = IsInRequest(activity);
        if (!_known.TryAdd((isInRequest, sql.Length > MostCompared ? sql[..MostCompared] : sql), true))
            return;
        foreach (var fault in FaultsIn(sql, isInRequest))
            _faults.TryAdd(fault, true);
    }

    private static bool IsInRequest(Activity activity)
    {
        for (var outer = activity.Parent; outer is not null; outer = outer.Parent)
            if (outer.Source.Name == Requests)
                return true;
        return false;
    }

    private bool NeedsOne(string statement, bool isInRequest) =>
        _tables.IsMatch(statement)
        && !Predicate().IsMatch(statement)
        && !(Inserts().IsMatch(statement) && statement.Contains("tenant_id", StringComparison.OrdinalIgnoreCase))
        && (isInRequest || !Ids().IsMatch(statement))
        && !_allowed.Any(a => a.Statement.IsMatch(isInRequest ? InRequest + statement : statement));

    // Values, lists of them and blanks are all one, so that a statement is the same whatever it is about.
    private static string Shape(string sql)
    {
        var shape = Literals().Replace(sql.Replace("`", "", StringComparison.Ordinal), "?");
        shape = Blanks().Replace(shape, " ");
        return Lists().Replace(shape, "(?)").Trim();
    }

    private static Regex TablesOfTenants()
    {
        using var db = new MySqlDesignTime().CreateDbContext([]);
        var names = db.Model.GetEntityTypes().Where(e => typeof(IOfTenant).IsAssignableFrom(e.ClrType)).Select(e => e.GetTableName());
        return new Regex($@"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:{string.Join('|', names)})\b", RegexOptions.IgnoreCase);
    }

    // A line for each: a regular expression, two blanks or more, and why.
    private static List<(Regex, string)> Allowed([CallerFilePath] string here = "") =>
        [
            .. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "tenant-statements.txt"))
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split("  ", 2, StringSplitOptions.TrimEntries))
                .Select(parts => (new Regex(parts[0], RegexOptions.IgnoreCase), parts[1])),
        ];

    [GeneratedRegex(@"\btenant_id\s*(?:=|IN\b)|=\s*(?:\w+\.)?tenant_id\b", RegexOptions.IgnoreCase)]
    private static partial Regex Predicate();

    [GeneratedRegex(@"^(?:INSERT|REPLACE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Inserts();

    // Rows by ids that something with a tenant has given. Ids in hand are what the stages after the door work on.
    [GeneratedRegex(@"\bWHERE\b.*\b(?:id|email_id|message_id|content_id|endpoint_id|lane)\s*(?:=|IN\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Ids();

    [GeneratedRegex(@"x?'(?:[^'\\]|\\.|'')*'|\b0x[0-9a-f]+\b|_binary\s*\S+|@\w+|-?\b\d+\b", RegexOptions.IgnoreCase)]
    private static partial Regex Literals();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\((?:\s*\?\s*,?)+\)(?:\s*,\s*\((?:\s*\?\s*,?)+\))*")]
    private static partial Regex Lists();
}
