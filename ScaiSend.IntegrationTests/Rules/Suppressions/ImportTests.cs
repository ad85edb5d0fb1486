using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Suppressions;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Rules.Suppressions;

/// <summary>CSV as people send it.</summary>
public sealed class ImportTests
{
    [Theory]
    [InlineData("email,reason\r\na@example.org,gone\r\nb@example.org\r\n", 2, 0, "")]
    [InlineData("\uFEFFemail,reason\na@example.org,gone", 1, 0, "")]
    [InlineData("reason,email\n\"gone, for good\",a@example.org\n", 1, 0, "")]
    [InlineData("a@example.org\n\n\nA@EXAMPLE.ORG\n", 1, 1, "")]
    [InlineData("\"a@example.org\",\"said \"\"no\"\"\nand left\"\nb@example.org,x\n", 2, 0, "")]
    [InlineData("email\nno address\n,x\na@example.org\n", 1, 2, "2 The email is no address|3 The email is missing")]
    [InlineData(
        "a@example.org\nb@example.org,\"never closed\nc@example.org\n",
        1,
        1,
        "2 A quote in this row is not closed; nothing from here on was read"
    )]
    [InlineData("", 0, 0, "")]
    public async Task Rows_are_read_as_RFC_4180_says_and_wrong_ones_are_told(string csv, int imported, int skipped, string errors)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await SendAsync(product, csv);

        Assert.Equal((imported, skipped), (answer.GetProperty("imported").GetInt32(), answer.GetProperty("skipped").GetInt32()));
        var told = answer.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("row")} {e.GetProperty("error")}");
        Assert.Equal(errors, string.Join('|', told));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_ends_the_import_and_keeps_what_came_before()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await SendAsync(product, "a@example.org\n\"" + new string('x', 300_000));

        Assert.Equal(1, answer.GetProperty("imported").GetInt32());
        Assert.Contains("nothing from here on", answer.GetProperty("errors")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_most_a_hundred_errors_are_told()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await SendAsync(product, string.Concat(Enumerable.Repeat("wrong\n", 500)));

        Assert.Equal(500, answer.GetProperty("skipped").GetInt32());
        Assert.Equal(100, answer.GetProperty("errors").GetArrayLength());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Two_hundred_thousand_rows_are_stored_while_they_come_and_never_held_together(Stack stack)
    {
        const int rows = 200_000;
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        var database = product.Services.GetRequiredService<MailDatabase>();
        using var lines = new Lines(rows, () => Stored(database, tenantId));

        var outcome = await product
            .Services.GetRequiredService<ImportSuppressions>()
            .ReadAsync(lines, SuppressionFamily.All[0], tenantId, TestContext.Current.CancellationToken);

        Assert.Equal((rows, 0, 0), (outcome.Imported, outcome.Skipped, outcome.Errors.Count));
        Assert.Equal(rows, Stored(database, tenantId));
        // What was handed out and not stored yet is all that can be in memory: a chunk and the reader's buffers.
        Assert.InRange(lines.MostAhead, 1, 10 * StoredSuppressions.Chunk);
    }

    private static int Stored(MailDatabase database, Guid tenantId)
    {
        using var db = database.For(tenantId);
        return db.Suppressions.Count(s => s.List == SuppressionList.Bounces);
    }

    private static async Task<JsonElement> SendAsync(Product product, string csv)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await product.Http.PostAsync("/v3/suppression/bounces/import", content, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    /// <summary>Makes rows when they are asked for, and looks now and then how many of them are stored.</summary>
    private sealed class Lines(int count, Func<int> stored) : TextReader
    {
        private const int LookEvery = 20_000;
        private string _line = "";
        private int _at;
        private int _made;

        public int MostAhead { get; private set; }

        public override int Read(Span<char> buffer)
        {
            var filled = 0;
            while (filled < buffer.Length)
            {
                if (_at == _line.Length)
                {
                    if (_made == count)
                        break;
                    (_line, _at) = ($"n{_made++}@example.org,gone\n", 0);
                    if (_made % LookEvery == 0)
                        MostAhead = Math.Max(MostAhead, _made - stored());
                }
                var some = Math.Min(buffer.Length - filled, _line.Length - _at);
                _line.AsSpan(_at, some).CopyTo(buffer[filled..]);
                (_at, filled) = (_at + some, filled + some);
            }
            return filled;
        }

        public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));
    }
}
