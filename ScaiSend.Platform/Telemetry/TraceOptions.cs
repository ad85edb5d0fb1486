namespace ScaiSend.Platform.Telemetry;

/// <summary>Where traces go, and how many. Section <c>Telemetry:Traces</c>.</summary>
public sealed class TraceOptions
{
    /// <summary>Of those messages when somebody collects traces and says no number.</summary>
    public const double UsualRatio = 0.01;

    /// <summary>URL of a collector that takes OTLP; empty: nothing is exported.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary><c>grpc</c> or <c>http</c>.</summary>
    public string Protocol { get; set; } = "grpc";

    /// <summary>How many of the messages are traced, 0 to 1; null: <see cref="UsualRatio"/> with an endpoint, none without.</summary>
    public double? Ratio { get; set; }

    /// <summary>How many of the messages are traced, 0 to 1.</summary>
    public double Share => Ratio ?? (Endpoint.Length > 0 ? UsualRatio : 0);

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return $"Telemetry:Traces:Endpoint is '{Endpoint}'; allowed is an http or https URL such as http://collector:4317";
        if (Protocol is not ("grpc" or "http"))
            yield return $"Telemetry:Traces:Protocol is '{Protocol}'; allowed are grpc and http";
        if (Ratio is < 0 or > 1 or double.NaN)
            yield return $"Telemetry:Traces:Ratio is {Ratio}; allowed is 0 to 1";
    }
}
