using System.Net;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Api;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Login;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.ScaiKey;
using ScaiSend.Api.Simulation;
using ScaiSend.Api.Tracking;
using ScaiSend.Cli.Policy;
using ScaiSend.Cli.Telemetry;
using ScaiSend.Delivery;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Nodes;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Platform.Storage.Tenants;
using ScaiSend.Platform.Telemetry;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Tracking;
using ScaiSend.Platform.Webhooks;
using ScaiSend.Processing;
using ScaiSend.Processing.Cleanup;
using ScaiSend.Processing.Rendering;
using ScaiSend.Sagas;
using ScaiSend.Sagas.Emails;
using Serilog;
using Serilog.Events;
using ZiggyCreatures.Caching.Fusion;

namespace ScaiSend.Cli.Roles;

/// <summary>Puts a process together from its roles and settings.</summary>
public static class RoleHost
{
    /// <summary>How long a stopping process may finish what it has in hand.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    // Readers' programs and machines write into their headers what they like. A byte that is no UTF-8 becomes U+FFFD; it is no reason to refuse a visit.
    private static readonly UTF8Encoding HeaderText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>A host, not started. Tests replace the clock through <paramref name="replace"/>.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static WebApplication Build(
        Role roles,
        IReadOnlyDictionary<string, string?> defaults,
        IEnumerable<string> sets,
        Action<IServiceCollection>? replace = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                EnvironmentName = Environments.Production,
                // Its own settings file is not ours; watching for it would watch all that lies below the working directory.
                Args = ["--hostBuilder:reloadConfigOnChange=false"],
            }
        );
        builder.Configuration.AddSettings(defaults, sets);
        if (Settings.Errors(builder.Configuration) is { Count: > 0 } errors)
            throw new SettingsException(string.Join(Environment.NewLine, errors));

        var settings = builder.Configuration.GetSection(Settings.Root);
        AddLogs(builder, settings.GetSection("Log").Get<LogOptions>() ?? new LogOptions());
        AddOptions(builder.Services, settings);
        AddPlatform(builder.Services, settings);
        AddPolicy(builder.Services, settings, roles);
        AddRoles(builder.Services, roles, isEmbedded: settings["Stack"] != "servers");
        var metrics = settings.GetSection("Telemetry:Metrics").Get<MetricsOptions>() ?? new MetricsOptions();
        builder.Services.AddTelemetry(settings);
        builder.Services.AddExporters(roles, metrics, settings.GetSection("Telemetry:Traces").Get<TraceOptions>() ?? new TraceOptions());
        replace?.Invoke(builder.Services);

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainLimit);
        var listen = settings.GetSection("Http").Get<HttpOptions>() ?? new HttpOptions();
        var answersMetrics = Exporters.AnswersMetrics(roles, metrics);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => HeaderText;
            if (roles.HasFlag(Role.Serve))
                kestrel.Listen(IPEndPoint.Parse(listen.Listen));
            if (answersMetrics && metrics.Own is { } own)
                kestrel.Listen(own);
        });
        if (!roles.HasFlag(Role.Serve) && !answersMetrics)
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();

        var app = builder.Build();
        if (answersMetrics)
            app.MapMetrics(metrics);
        if (roles.HasFlag(Role.Serve))
            app.MapScaiSend();
        return app;
    }

    /// <summary>Whether a host did not start because something else listens where it wants to.</summary>
    public static bool IsAddressInUse(IOException e) => e.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase);

    // A stage that waits for the saga's commit must be stopped before the saga: hosted services stop in reverse order.
    private static void AddRoles(IServiceCollection services, Role roles, bool isEmbedded)
    {
        services.AddSagas();
        var consumers = new List<StageConsumer>();
        if (roles.HasFlag(Role.Smtp))
        {
            services.AddDelivery();
            services.AddInbound(isOnByDefault: !isEmbedded);
            consumers.Add(DeliverySetup.Consumer);
        }
        if (roles.HasFlag(Role.Worker))
        {
            services.AddProcessing();
            consumers.Add(ProcessingSetup.Consumer);
        }
        services.AddBus(isEmbedded, consumers);
        if (roles.HasFlag(Role.Worker))
            services.AddWaker().AddQueueGauges();
        if (roles.HasFlag(Role.Serve))
            services.AddApi();
    }

    private static void AddPlatform(IServiceCollection services, IConfigurationSection settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<MailDatabase>();
        services.AddSingleton<SuspensionTable>();
        services.AddSingleton<SecretBox>();
        services.AddDomains(settings);
        services.AddSingleton<TenantTable>();
        services.AddSingleton<StoredRoles>();
        services.AddSingleton<BuiltInTokens>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<LoginGrants>();
        services.AddSingleton<LocalUsers>();
        services.AddSingleton<Mirror>();
        services.AddSingleton<ScaiKeyListing>();
        services.AddSingleton<MirrorWalk>();
        services.AddWebhookClient();
        services.AddSingleton<ReturnPaths>();
        services.AddSingleton<TrackingTokens>();
        services.AddSingleton<UnsubscribeMailboxes>();
        services.AddSingleton(
            new ReturnPathDomain((settings.GetSection("Rendering").Get<RenderingOptions>() ?? new RenderingOptions()).ReturnPathDomain)
        );
        services.AddSingleton(new PublicUrl((settings.GetSection("Http").Get<HttpOptions>() ?? new HttpOptions()).ReachedAt));
        services.AddSingleton<IBlobStore>(s =>
        {
            var blobs = s.GetRequiredService<IOptions<BlobOptions>>().Value;
            if (blobs.S3.ServiceUrl.Length > 0)
                return new S3Blobs(blobs.S3);
            Directory.CreateDirectory(blobs.Folder);
            return new FolderBlobs(blobs.Folder);
        });
        services.AddSingleton(new TrustedProxies(settings["Http:TrustedProxies"] ?? ""));
        services.AddSingleton(_ => new SharedRedis(settings["Redis:Url"] ?? ""));
        var cache = services.AddFusionCache();
        if (settings["Redis:Url"] is { Length: > 0 })
            cache.WithDistributedCache(SecondLevel).WithSystemTextJsonSerializer();
    }

    private static void AddDomains(this IServiceCollection services, IConfigurationSection settings)
    {
        var delivery = settings.GetSection(DeliveryOptions.Section).Get<DeliveryOptions>() ?? new DeliveryOptions();
        // For commands, which have no engine.
        services.Configure<DeliveryOptions>(settings.GetSection(DeliveryOptions.Section));
        services.AddSingleton(_ => DeliveryEngine.NewResolver(delivery));
        services.PostConfigure<DomainOptions>(domains =>
        {
            if (string.IsNullOrEmpty(domains.InboundHost))
                domains.InboundHost = delivery.OwnName();
        });
        services.AddSingleton<Resolver>();
        services.AddSingleton<DomainKeys>();
        services.AddSingleton<DomainChecks>();
        services.AddSingleton<DomainVerification>();
    }

    // Before anything else begins: no decision is made by half a policy.
    private static void AddPolicy(IServiceCollection services, IConfigurationSection settings, Role roles)
    {
        var current = new CurrentPolicy();
        services.AddSingleton(current);
        services.AddSingleton<PolicyRevisions>();
        if (roles == Role.None)
            return;
        var file = new PolicyFile(settings["Delivery:PolicyFile"]);
        try
        {
            current.Replace(file.Read(file.ReadText(), TimeProvider.System.GetUtcNow()));
        }
        catch (PolicyException e)
        {
            throw new SettingsException(e.Message);
        }
        services.AddSingleton(file);
        services.AddHostedService<PolicyReload>();
        services.AddSingleton<DryRunPolicy>(Replay.In);
        services.AddSingleton(new NodeRoles(Names(roles)));
        services.AddHostedService<NodeHeartbeat>();
    }

    private static string Names(Role roles) =>
        string.Join(
            ',',
            ((Role[])[Role.Serve, Role.Worker, Role.Smtp])
                .Where(role => roles.HasFlag(role))
                .Select(role => role.ToString().ToLowerInvariant())
        );

    private static RedisCache SecondLevel(IServiceProvider services) =>
        new(
            new RedisCacheOptions
            {
                ConnectionMultiplexerFactory = services.GetRequiredService<SharedRedis>().ConnectAsync,
                InstanceName = "scaisend:",
            }
        );

    private static void AddOptions(IServiceCollection services, IConfigurationSection settings)
    {
        services.Configure<DatabaseOptions>(settings.GetSection("Database"));
        services.Configure<BusOptions>(settings.GetSection("Broker"));
        services.Configure<BlobOptions>(settings.GetSection("Blobs"));
        services.Configure<SecretOptions>(settings.GetSection("Secrets"));
        services.Configure<Leases>(settings.GetSection("Leases"));
        services.Configure<FairnessOptions>(settings.GetSection("Fairness"));
        services.Configure<AdminOptions>(settings.GetSection("Admin"));
        services.Configure<RateLimitOptions>(settings.GetSection("RateLimits"));
        services.Configure<RenderingOptions>(settings.GetSection("Rendering"));
        services.Configure<TrackingOptions>(settings.GetSection("Tracking"));
        services.Configure<SimulatorOptions>(settings.GetSection("Simulator"));
        services.Configure<RetentionOptions>(settings.GetSection("Retention"));
        services.Configure<InboundOptions>(settings.GetSection("Inbound"));
        services.Configure<WebhookOptions>(settings.GetSection("Webhooks"));
        services.Configure<DomainOptions>(settings.GetSection("Domains"));
        services.Configure<ScaiKeyOptions>(settings.GetSection("ScaiKey"));
        services.Configure<LoginOptions>(settings.GetSection("Login"));
        services.Configure<RetryOptions>(settings.GetSection("Delivery:Retry"));
        services.Configure<GiveUpOptions>(settings.GetSection("Delivery:Retry"));
    }

    private static void AddLogs(WebApplicationBuilder builder, LogOptions options)
    {
        var level = options.Level.ToLowerInvariant() switch
        {
            "verbose" => LogEventLevel.Verbose,
            "debug" => LogEventLevel.Debug,
            "warn" or "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            "fatal" => LogEventLevel.Fatal,
            _ => LogEventLevel.Information,
        };
        builder.Logging.ClearProviders();
        // Frameworks log requests and statements; ours are the only lines that keep addresses out by rule.
        builder.Services.AddSerilog(log =>
            log.MinimumLevel.Is(level)
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
                .MinimumLevel.Override("ZiggyCreatures", LogEventLevel.Error)
                // MassTransit writes a stack for each message that its broker did not take; the hints say the same in a line.
                .Filter.ByExcluding(line => line.MessageTemplate.Text.StartsWith("S-FAULT", StringComparison.Ordinal))
                // Of a host that does not start, the caller hears in a line or by the exception itself.
                .Filter.ByExcluding(line => line.MessageTemplate.Text == "Hosting failed to start")
                .WriteTo.Console(
                    standardErrorFromLevel: LogEventLevel.Verbose,
                    outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}",
                    formatProvider: System.Globalization.CultureInfo.InvariantCulture
                )
        );
    }

    /// <summary>For roles that take no requests.</summary>
    private sealed class NoServer : Microsoft.AspNetCore.Hosting.Server.IServer
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } =
            new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public Task StartAsync<TContext>(
            Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application,
            CancellationToken cancellationToken
        )
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() { }
    }
}
