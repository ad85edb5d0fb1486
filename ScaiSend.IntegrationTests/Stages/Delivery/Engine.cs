using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Policies;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>The delivery engine as a host registers it, with settings of a test.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Engine(ServiceProvider services) => _services = services;

    /// <summary>Where the mails' large attachments lie.</summary>
    public static FolderBlobs Blobs { get; } = new(Directory.CreateTempSubdirectory("scaisend-delivery-").FullName);

    public MxLookup Mx => _services.GetRequiredService<MxLookup>();

    public MailRoutes Routes => _services.GetRequiredService<MailRoutes>();

    public CurrentPolicy Policy => _services.GetRequiredService<CurrentPolicy>();

    public SmtpSender Sender => _services.GetRequiredService<SmtpSender>();

    public static Engine With(params (string Setting, string Value)[] settings) => With(_ => { }, settings);

    /// <param name="register">Registers what is not to be the usual.</param>
    public static Engine With(Action<IServiceCollection> register, params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Reverse()
                    .DistinctBy(s => s.Setting)
                    .Select(s => KeyValuePair.Create($"ScaiSend:Delivery:{s.Setting}", (string?)s.Value))
            )
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSingleton<IBlobStore>(Blobs);
        register(services);
        services.AddDeliveryEngine();
        return new Engine(services.BuildServiceProvider());
    }

    /// <summary>One attempt at these hosts, in this order.</summary>
    public async Task<SendOutcome> SendAsync(RenderedMail mail, params IEnumerable<MxHost> hosts)
    {
        await using var slot = await Sender.ReserveAsync(new Destination("b.test"), TestContext.Current.CancellationToken);
        Assert.NotNull(slot);
        return await slot.SendAsync(mail, new MxRoute.ToHosts([.. hosts], "b.test"), TestContext.Current.CancellationToken);
    }

    /// <summary>One attempt at this host under this TLS policy.</summary>
    public async Task<SendOutcome> SendAsync(RenderedMail mail, TlsPolicy policy, params IEnumerable<MxHost> hosts) =>
        (await Sender.SendAsync(mail, new MxRoute.ToHosts([.. hosts], "b.test") { Tls = policy }, TestContext.Current.CancellationToken))!;

    /// <summary>One attempt by the way that routing finds.</summary>
    public async Task<SendOutcome> RouteAndSendAsync(RenderedMail mail, Guid tenantId = default)
    {
        var route = await Routes.FindAsync(mail, Ids.New(TimeProvider.System), tenantId, TestContext.Current.CancellationToken);
        return (await Sender.SendAsync(mail, route, TestContext.Current.CancellationToken))!;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Test servers as mail hosts.</summary>
internal static class Hosts
{
    public static MxHost AsHost(this SmtpSink sink) => new("127.0.0.1", sink.Port);

    public static MxHost AsHost(this ScriptedSmtpServer server) => new("127.0.0.1", server.Port);
}
