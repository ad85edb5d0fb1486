using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MySqlConnector;
using ScaiSend.Api.Admin;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>
/// The whole product on one stack, with a database, queues and a folder of its own, and a caller in front of it.
/// All roles run in this process so that a test can own the clock; the crash test runs them as processes.
/// </summary>
public sealed class Product : IAsyncDisposable
{
    private readonly Stack _stack;
    private readonly string _name = $"t_{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
    private readonly string _folder;
    private readonly Dictionary<string, string?> _settings;
    private Action<IServiceCollection>? _replace;
    private readonly List<WebApplication> _others = [];
    private WebApplication? _app;

    private Product(Stack stack, IReadOnlyDictionary<string, string?>? settings)
    {
        _stack = stack;
        _folder = Directory.CreateTempSubdirectory("scaisend-").FullName;
        _settings = new Dictionary<string, string?>
        {
            ["Stack"] = stack == Stack.Embedded ? "embedded" : "servers",
            ["Database:Url"] = Stacks.DatabaseUrl(stack, _folder, _name),
            ["Blobs:Folder"] = Path.Combine(_folder, "blobs"),
            ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
            ["Http:Listen"] = $"127.0.0.1:{FreePort()}",
            ["Log:Level"] = "error",
            // Many products run at a time, and there is one port 25.
            ["Inbound:Listen"] = "",
            // The clock stands, so all of a test's requests are in one window.
            ["RateLimits:MailSendPerSecond"] = "1000000",
            ["RateLimits:MessagesPerSecond"] = "1000000",
            ["RateLimits:OthersPerSecond"] = "1000000",
            ["RateLimits:LoginPerMinute"] = "1000000",
            ["RateLimits:WrongPasswordsFromOnePlace"] = "1000000",
            ["RateLimits:WrongPasswords"] = "1000000",
            // Most tests want their mail as they wrote it; those about tracking turn it on.
            ["Tracking:OpenByDefault"] = "false",
            ["Tracking:ClickByDefault"] = "false",
            ["Admin:Keys:tests"] = Convert.ToHexString(OperatorKey.Hash),
        };
        if (stack != Stack.Embedded)
        {
            _settings["Broker:Url"] = Stacks.Setting("SCAISEND_TEST_RABBITMQ");
            _settings["Broker:Prefix"] = _name;
            _settings["Redis:Url"] = Stacks.Setting("SCAISEND_TEST_REDIS");
        }
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
            _settings[key] = value;
    }

    public FakeTimeProvider Clock { get; } =
        new(DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>Calls with the live key.</summary>
    public HttpClient Http { get; private set; } = new();

    /// <summary>On the servers.</summary>
    public string DatabaseName => _name;

    public string LiveKey { get; } = Seed.NewKey("live");

    public string TestKey { get; } = Seed.NewKey("test");

    /// <summary>Of the operator <c>tests</c>.</summary>
    public OperatorKey OperatorKey { get; } = OperatorKey.New();

    /// <summary>What the next start of roles will read.</summary>
    public IDictionary<string, string?> Settings => _settings;

    /// <summary>The running host's services.</summary>
    public IServiceProvider Services => _app!.Services;

    /// <summary>Starts the product on a new, seeded database.</summary>
    public static async Task<Product> StartAsync(
        Stack stack,
        string? smarthost = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Role roles = All,
        Action<IServiceCollection>? replace = null
    )
    {
        var product = new Product(stack, settings) { _replace = replace };
        if (smarthost is not null)
            product._settings["Delivery:Smarthost"] = smarthost;
        await using (var migrating = RoleHost.Build(Role.None, product._settings, []))
        {
            var database = migrating.Services.GetRequiredService<MailDatabase>();
            await database.MigrateAsync(Stop);
            await new Seed(database, migrating.Services.GetRequiredService<SecretBox>(), product.Clock).PlantAsync(
                product.LiveKey,
                product.TestKey,
                withEd25519: true,
                Stop
            );
        }
        await product.StartRolesAsync(roles);
        return product;
    }

    public const Role All = Role.Serve | Role.Worker | Role.Smtp;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Stops all roles as Ctrl-C does; the data stays.</summary>
    public async Task StopRolesAsync()
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    public async Task StartRolesAsync(Role roles = All)
    {
        _app = RoleHost.Build(
            roles,
            _settings,
            [],
            services =>
            {
                services.AddSingleton<TimeProvider>(Clock);
                _replace?.Invoke(services);
            }
        );
        await _app.StartAsync(Stop);
        Http = new HttpClient { BaseAddress = new Uri($"http://{_settings["Http:Listen"]}") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveKey);
        if (roles.HasFlag(Role.Serve))
            await UntilBrokerIsUpAsync();
    }

    /// <summary>Another serve process on the same database, broker and Redis, until the product stops; calls with the live key.</summary>
    public async Task<HttpClient> ServeAlsoAsync()
    {
        var address = $"127.0.0.1:{FreePort()}";
        var other = RoleHost.Build(
            Role.Serve,
            _settings,
            [$"Http:Listen={address}"],
            services => services.AddSingleton<TimeProvider>(Clock)
        );
        _others.Add(other);
        await other.StartAsync(Stop);
        var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LiveKey);
        return http;
    }

    // The product does not wait for its broker; a hint given before the queues are bound is lost, and a test's clock would never end its lease.
    private async Task UntilBrokerIsUpAsync()
    {
        await Patience.UntilAsync(
            async () => (await Http.GetStringAsync("/ready", Stop)).Contains("\"broker\":\"up\"", StringComparison.Ordinal),
            "The broker is not up"
        );
    }

    /// <summary>Sends a request of one personalization and answers the message's id.</summary>
    public async Task<string> SendAsync(object personalization, object? also = null)
    {
        using var answer = await PostAsync(Some.Request(personalization, also));
        var body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("message_id").GetString()!;
    }

    public Task<HttpResponseMessage> PostAsync(object request) => Http.PostAsJsonAsync("/v3/mail/send", request, Stop);

    public async Task<JsonElement> MessageAsync(string id) => await Http.GetFromJsonAsync<JsonElement>($"/v3/messages/{id}", Stop);

    /// <summary>The only email of a message, as soon as it is in the state.</summary>
    public async Task<JsonElement> EmailInStateAsync(string messageId, string state)
    {
        var message = await MessageWhenAsync(
            messageId,
            m => m.GetProperty("emails").EnumerateArray().All(e => Is(e, state)),
            $"all {state}"
        );
        return message.GetProperty("emails").EnumerateArray().Single();
    }

    /// <summary>The message as soon as it is so.</summary>
    public Task<JsonElement> MessageWhenAsync(string messageId, Func<JsonElement, bool> isSo, string what) =>
        Patience.WhenAsync(() => MessageAsync(messageId), isSo, message => $"The message is not {what}: {message}");

    private static bool Is(JsonElement email, string state) => email.GetProperty("state").GetString() == state;

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            await other.StopAsync(CancellationToken.None);
            await other.DisposeAsync();
        }
        await StopRolesAsync();
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
        if (_stack == Stack.Embedded)
            return;
        await using var server = new MySqlConnection(
            Stacks.Setting(_stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB")
        );
        await server.OpenAsync();
        await using var drop = server.CreateCommand();
        // A hundred files to delete, on a disk that other tests keep busy.
        drop.CommandTimeout = (int)Patience.Limit.TotalSeconds;
        drop.CommandText = $"DROP DATABASE IF EXISTS {_name}";
        await drop.ExecuteNonQueryAsync();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
