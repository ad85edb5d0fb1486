using System.Diagnostics;
using OpenTelemetry;

namespace ScaiSend.Cli.Telemetry;

/// <summary>Takes from the spans of requests what may name a person: paths of the API hold addresses and tokens. The route remains.</summary>
public sealed class WithoutAddresses : BaseProcessor<Activity>
{
    private static readonly string[] Personal =
    [
        "url.path",
        "url.query",
        "url.full",
        "http.target",
        "http.url",
        "client.address",
        "network.peer.address",
        "network.peer.port",
        "user_agent.original",
    ];

    public override void OnEnd(Activity data)
    {
        foreach (var name in Personal)
            if (data.GetTagItem(name) is not null)
                data.SetTag(name, null);
    }
}
