using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Cli.Roles;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary><c>docs/sendgrid.md</c> tells of every operation of SendGrid's whether it is here, and the running door agrees.</summary>
public sealed partial class SendGridOperationTests : IAsyncLifetime
{
    private static readonly IReadOnlyList<Operation> Operations =
    [
        .. RepositoryFiles
            .Read("ScaiSend.IntegrationTests/SendGridCompatibility/operations.tsv")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Select(cells => new Operation(cells[0], cells[1])),
    ];

    private static readonly IReadOnlyList<DocumentedRow> Rows =
    [
        .. Row()
            .Matches(RepositoryFiles.Read("docs/sendgrid.md"))
            .Select(row => row.Groups)
            .Select(g => new DocumentedRow(new Operation(g["method"].Value, g["path"].Value), g["sendgrid"].Value, g["ours"].Value)),
    ];

    private WebApplication _app = null!;

    public ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Stack"] = "embedded",
            ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
            ["Blobs:Folder"] = Path.GetTempPath(),
        };
        _app = RoleHost.Build(Role.Serve, settings, []);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void Every_operation_has_exactly_one_row()
    {
        Assert.Equal(395, Operations.Count);
        Assert.Equal(Operations.Order(), Rows.Select(row => row.Operation).Order());
    }

    [Fact]
    public void Every_row_says_same_or_how_it_differs_or_why_it_is_absent() =>
        Assert.All(
            Rows,
            row =>
            {
                Assert.Matches(Answer(), row.AtSendGrid);
                // The reason need not be given twice.
                if (row is not { AtOurs: "absent" } || !row.IsAbsent(Dialect.SendGrid))
                    Assert.Matches(Answer(), row.AtOurs);
            }
        );

    [Theory]
    [InlineData(Dialect.SendGrid)]
    [InlineData(Dialect.Documented)]
    public void What_is_said_to_be_there_is_there(Dialect dialect)
    {
        var there = Routes(dialect).Select(route => route.ToString()).ToHashSet();

        var missing = Rows.Where(row => !row.IsAbsent(dialect)).Where(row => !there.Contains(row.Operation.WithoutNames().ToString()));

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData(Dialect.SendGrid)]
    [InlineData(Dialect.Documented)]
    public void What_is_said_to_be_absent_is_answered_by_nothing(Dialect dialect)
    {
        var routes = Routes(dialect).ToList();

        Assert.DoesNotContain(Rows.Where(row => row.IsAbsent(dialect)), row => routes.Any(route => route.Answers(row.Operation)));
    }

    [Fact]
    public void A_name_of_a_parameter_does_not_matter_and_a_parameter_takes_any_word()
    {
        var one = new Operation("GET", "/v3/things/{thing_id}");

        Assert.Equal(new Operation("GET", "/v3/things/{}"), one.WithoutNames());
        Assert.True(one.WithoutNames().Answers(new Operation("GET", "/v3/things/default")));
        Assert.False(one.WithoutNames().Answers(new Operation("GET", "/v3/things")));
        Assert.False(one.WithoutNames().Answers(new Operation("POST", "/v3/things/{id}")));
        Assert.False(new Operation("GET", "/v3/things/default").Answers(one));
    }

    private IEnumerable<Operation> Routes(Dialect dialect) =>
        from endpoint in ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<AccessRule>()?.Dialects.Include(dialect) != false
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select new Operation(method, PathOf(endpoint.RoutePattern)).WithoutNames();

    private static string PathOf(RoutePattern pattern) => $"/{pattern.RawText!.TrimStart('/')}";

    private sealed record Operation(string Method, string Path) : IComparable<Operation>
    {
        public Operation WithoutNames() => this with { Path = Parameter().Replace(Path, "{}") };

        /// <summary>Whether a request to the other's path would come here.</summary>
        public bool Answers(Operation other) =>
            Method == other.Method
            && Path.Split('/') is var mine
            && other.Path.Split('/') is var theirs
            && mine.Length == theirs.Length
            && mine.Zip(theirs).All(pair => pair.First == "{}" || pair.First == pair.Second);

        public int CompareTo(Operation? other) => string.CompareOrdinal(ToString(), other?.ToString());
    }

    private sealed record DocumentedRow(Operation Operation, string AtSendGrid, string AtOurs)
    {
        public bool IsAbsent(Dialect dialect) =>
            (dialect == Dialect.SendGrid ? AtSendGrid : AtOurs).StartsWith("absent", StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^\| (?<method>[A-Z]+) \| `(?<path>/v3/[^`]+)` \| (?<sendgrid>[^|]+) \| (?<ours>[^|]+) \|\r?$",
        RegexOptions.Multiline
    )]
    private static partial Regex Row();

    [GeneratedRegex(@"^(same|differs: .{5,}|absent: .{5,})$")]
    private static partial Regex Answer();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
