using System.Security.Cryptography;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>The settings that every role of one run shares, as <c>--set</c> arguments. Database, queues and blobs are the run's own.</summary>
public sealed class ProductSettings
{
    private readonly Dictionary<string, string> settings = [];

    /// <summary>Settings for the servers stack.</summary>
    public ProductSettings(Servers servers, string database, string brokerPrefix, string blobs, int httpPort, int smarthostPort)
    {
        Database = database;
        HttpPort = httpPort;
        this["Stack"] = "servers";
        this["Database:Url"] = servers.DatabaseUrl(database);
        this["Broker:Url"] = servers.BrokerUrl;
        this["Broker:Prefix"] = brokerPrefix;
        this["Redis:Url"] = servers.RedisUrl;
        this["Blobs:Folder"] = blobs;
        this["Secrets:Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        this["Http:Listen"] = $"127.0.0.1:{httpPort}";
        this["Delivery:Smarthost"] = $"127.0.0.1:{smarthostPort}";
        this["Inbound:Listen"] = "";
        // Far above what a machine can do, so that the limit is counted and refuses nothing.
        this["RateLimits:MailSendPerSecond"] = "100000";
    }

    /// <summary>Name of the run's database.</summary>
    public string Database { get; }

    public int HttpPort { get; }

    /// <summary>Sets or replaces one setting.</summary>
    public string this[string key]
    {
        set => settings[key] = value;
    }

    /// <summary>Settings with a fresh database and prefix.</summary>
    public static ProductSettings Fresh(string kind, Servers servers, Workspace workspace, int smarthostPort, TimeProvider time)
    {
        var name = Workspace.FreshName(kind, time);
        return new ProductSettings(servers, name, name, workspace.MakeFolder("blobs", name), Ports.Free(), smarthostPort);
    }

    /// <summary>The command line of a role.</summary>
    public IEnumerable<string> Arguments(params string[] command) =>
        command.Concat(settings.SelectMany(pair => new[] { "--set", $"{pair.Key}={pair.Value}" }));
}
