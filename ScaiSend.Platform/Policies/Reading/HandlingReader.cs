namespace ScaiSend.Platform.Policies.Reading;

/// <summary>Where a handling stands, which decides what it may say.</summary>
internal enum HandlingPlace
{
    Defaults,
    Provider,
    Domain,
    Tenant,
}

/// <summary>Reads how mail is handled: retry, pacing, TLS and transport, each where it belongs.</summary>
internal sealed class HandlingReader(Keys keys, Values values, Faults faults)
{
    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AWeek = TimeSpan.FromDays(7);
    private static readonly TimeSpan AMonth = TimeSpan.FromDays(30);

    private const int LongestSchedule = 50;

    // DANE will be a further word here.
    private static readonly Dictionary<string, TlsMode> TlsWords = new()
    {
        ["opportunistic"] = TlsMode.Opportunistic,
        ["none"] = TlsMode.None,
        ["require"] = TlsMode.Require,
        ["verify"] = TlsMode.Verify,
    };

    /// <summary>The keys of a handling at this place; reading them fills <paramref name="handling"/>.</summary>
    public Dictionary<string, Action<YamlNode, string>> KeysOf(HandlingPlace place, HandlingDraft handling)
    {
        var known = new Dictionary<string, Action<YamlNode, string>> { ["retry"] = (node, path) => ReadRetry(node, path, handling) };
        if (place is HandlingPlace.Defaults or HandlingPlace.Provider)
        {
            known["connections"] = (node, path) => handling.Connections = values.Number(node, path, 1, 1000);
            known["messages_per_minute"] = (node, path) => handling.MessagesPerMinute = values.Number(node, path, 1, 1_000_000);
        }
        if (place != HandlingPlace.Tenant)
            known["tls"] = (node, path) => handling.Tls = ReadTls(node, path);
        if (place == HandlingPlace.Domain)
            known["transport"] = (node, path) => handling.Transport = ReadTransport(node, path);
        return known;
    }

    public Handling Read(YamlNode node, string path, HandlingPlace place)
    {
        var handling = new HandlingDraft();
        keys.Read(node, path, KeysOf(place, handling));
        return handling.Finish();
    }

    private void ReadRetry(YamlNode node, string path, HandlingDraft handling) =>
        keys.Read(
            node,
            path,
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["schedule"] = (value, name) => handling.Schedule = ReadSchedule(value, name),
                ["give_up_after"] = (value, name) => handling.GiveUpAfter = values.Duration(value, name, AMinute, AMonth),
            }
        );

    private List<TimeSpan>? ReadSchedule(YamlNode node, string path)
    {
        var items = values.Items(node, path, LongestSchedule, "allowed is a list of waits such as [1m, 5m, 1h]");
        var waits = items.Select((item, i) => values.Duration(item, $"{path}[{i + 1}]", ASecond, AWeek)).OfType<TimeSpan>().ToList();
        return waits.Count > 0 ? waits : null;
    }

    private TlsMode? ReadTls(YamlNode node, string path)
    {
        if (node is not YamlScalar { Value: "dane" })
            return values.Word(node, path, TlsWords);
        faults.Add(node, $"{path} is 'dane', which is not supported yet; allowed are {string.Join(", ", TlsWords.Keys)}");
        return null;
    }

    private Transport? ReadTransport(YamlNode node, string path)
    {
        string? host = null,
            user = null,
            password = null;
        var port = 25;
        var passwords = 0;
        keys.Read(
            node,
            path,
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["host"] = (value, name) => host = ReadHost(value, name),
                ["port"] = (value, name) => port = values.Number(value, name, 1, 65535) ?? port,
                ["user"] = (value, name) => user = values.Text(value, name, 255),
                ["password"] = (value, name) => (password, passwords) = (ReadSecret(value, name), passwords + 1),
                ["password_env"] = (value, name) => (password, passwords) = (ReadEnvironment(value, name), passwords + 1),
            }
        );
        if (node is not YamlMap map)
            return null;
        if (map.Entries.All(entry => entry.Key.Value != "host"))
            faults.Add(node, $"{path} has no host");
        if (passwords > 1)
            faults.Add(node, $"{path} has password and password_env; allowed is one of them");
        else if (passwords == 1 != map.Entries.Any(entry => entry.Key.Value == "user"))
            faults.Add(node, $"{path} has only one of user and password; allowed are both or none");
        return host is null ? null : new Transport(host, port, user, password);
    }

    private string? ReadHost(YamlNode node, string path)
    {
        if (node is YamlScalar scalar)
            return System.Net.IPAddress.TryParse(scalar.Value, out _) ? scalar.Value : values.Host(scalar, path, mayBePattern: false);
        faults.Wrong(node, path, "allowed is a host name");
        return null;
    }

    // What is wrong with a secret is said without it.
    private string? ReadSecret(YamlNode node, string path)
    {
        if (node is YamlScalar { IsNull: false, Value.Length: > 0 and <= 1000 } scalar)
            return scalar.Value;
        faults.Add(node, $"{path} is empty, too long or no text; allowed is a text of 1 to 1000 characters");
        return null;
    }

    private string? ReadEnvironment(YamlNode node, string path)
    {
        if (values.Text(node, path, 255) is not { } name)
            return null;
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            return value;
        faults.Add(node, $"{path} names '{name}', which is not set in the environment");
        return null;
    }
}

/// <summary>A handling while it is read.</summary>
internal sealed class HandlingDraft
{
    public IReadOnlyList<TimeSpan>? Schedule { get; set; }
    public TimeSpan? GiveUpAfter { get; set; }
    public int? Connections { get; set; }
    public int? MessagesPerMinute { get; set; }
    public TlsMode? Tls { get; set; }
    public Transport? Transport { get; set; }

    public Handling Finish() =>
        new()
        {
            Schedule = Schedule,
            GiveUpAfter = GiveUpAfter,
            Connections = Connections,
            MessagesPerMinute = MessagesPerMinute,
            Tls = Tls,
            Transport = Transport,
        };
}
