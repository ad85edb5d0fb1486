using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A product that takes reports, and those who send them to it.</summary>
public sealed class Inbound : IAsyncDisposable
{
    /// <summary>The return-path domain.</summary>
    public const string Domain = "bounce.localhost";

    private Inbound(Product product, int port) => (Product, Port) = (product, port);

    public Product Product { get; }

    public int Port { get; }

    public static async Task<Inbound> StartAsync(
        Stack stack,
        SmtpSink? sink = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        string? smarthost = null,
        int? port = null
    )
    {
        var listens = port ?? FreePort();
        var all = new Dictionary<string, string?> { ["Inbound:Listen"] = $"127.0.0.1:{listens}" };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
            all[key] = value;
        return new Inbound(await Product.StartAsync(stack, smarthost ?? sink?.Address ?? "127.0.0.1:1", all), listens);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The return path of an email.</summary>
    public string ReturnPathOf(Guid emailId) => $"{Product.Services.GetRequiredService<ReturnPaths>().LocalPartOf(emailId)}@{Domain}";

    /// <summary>Hands a mail over with MailKit, as from a mail server; throws what the server refuses.</summary>
    public async Task HandOverAsync(string recipient, string mail, SecureSocketOptions security = SecureSocketOptions.None)
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = (_, certificate, _, _) => certificate is not null };
        await client.ConnectAsync("127.0.0.1", Port, security, Stop);
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        using var message = await MimeMessage.LoadAsync(bytes, Stop);
        await client.SendAsync(message, MailboxAddress.Parse("mailer-daemon@mx.example.org"), [MailboxAddress.Parse(recipient)], Stop);
        await client.DisconnectAsync(true, Stop);
    }

    /// <summary>The only report there is, as soon as it is so.</summary>
    public Task<InboundReport> ReportWhenAsync(ReportState state) => ReportWhenAsync(r => r.State == state, state.ToString());

    public async Task<InboundReport> ReportWhenAsync(Func<InboundReport, bool> isSo, string what)
    {
        var reports = await Patience.WhenAsync(
            ReportsAsync,
            all => all.Exists(report => isSo(report)),
            all => $"No report is {what}: {string.Join("; ", all.Select(r => $"{r.State} {r.Kind} {r.Summary}"))}"
        );
        return reports.First(isSo);
    }

    public async Task<List<InboundReport>> ReportsAsync()
    {
        await using var db = Database.ForPlatform();
        return await db.InboundReports.OrderBy(r => r.Id).ToListAsync(Stop);
    }

    public async Task<List<Suppression>> SuppressionsAsync()
    {
        await using var db = Database.ForPlatform();
        return await db.Suppressions.IgnoreQueryFilters().ToListAsync(Stop);
    }

    /// <summary>Runs a statement that no product runs.</summary>
    public async Task BreakAsync(string sql)
    {
        await using var connection = await Database.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }

    public ValueTask DisposeAsync() => Product.DisposeAsync();

    private MailDatabase Database => Product.Services.GetRequiredService<MailDatabase>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
