using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ScaiSend.Platform.Webhooks;

/// <summary>How webhooks are called. Section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Lets webhooks call private networks and this machine; for development and for installations whose tenants are trusted.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>PEM file of authorities that are trusted beside the system's.</summary>
    public string TrustedCertificates { get; set; } = "";

    /// <summary>For one POST, from the lookup of the host to the answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Endpoints that one process works on at once, and as many again that fail or are slow.</summary>
    [Range(1, 1000, ErrorMessage = "allowed is 1 to 1000")]
    public int Places { get; set; } = 64;

    /// <summary>POSTs at once to an endpoint that takes events one by one.</summary>
    [Range(1, 64, ErrorMessage = "allowed is 1 to 64")]
    public int ConcurrencyPerEndpoint { get; set; } = 8;

    /// <summary>POSTs at once to an endpoint that takes batches.</summary>
    [Range(1, 8, ErrorMessage = "allowed is 1 to 8")]
    public int BatchesPerEndpoint { get; set; } = 2;

    /// <summary>How long the oldest event waits for others to share its batch.</summary>
    public TimeSpan BatchWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an endpoint is left alone after a POST that failed, whatever else is due.</summary>
    public TimeSpan PauseAfterFailure { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When an event is told again.</summary>
    public WebhookRetryOptions Retry { get; set; } = new();

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(2))
            yield return $"Webhooks:Timeout is {Timeout}; allowed is 00:00:01 to 00:02:00";
        if (BatchWait < TimeSpan.Zero || BatchWait > TimeSpan.FromMinutes(1))
            yield return $"Webhooks:BatchWait is {BatchWait}; allowed is 00:00:00 to 00:01:00";
        if (PauseAfterFailure < TimeSpan.Zero || PauseAfterFailure > TimeSpan.FromMinutes(1))
            yield return $"Webhooks:PauseAfterFailure is {PauseAfterFailure}; allowed is 00:00:00 to 00:01:00";
        if (TrustedCertificates.Length > 0 && !File.Exists(TrustedCertificates))
            yield return $"Webhooks:TrustedCertificates is '{TrustedCertificates}'; allowed is a file that exists";
        foreach (var error in Retry.Errors())
            yield return error;
    }
}

/// <summary>Section <c>Webhooks:Retry</c>.</summary>
public sealed class WebhookRetryOptions
{
    /// <summary>Waits after the first, second, … POST, comma-separated; after the last one an event's delivery has failed.</summary>
    public string Schedule { get; set; } = "00:01:00,00:05:00,00:15:00,01:00:00,02:00:00";

    /// <summary>The wait after so many POSTs; null when it was the last one.</summary>
    public TimeSpan? WaitAfter(int attempts)
    {
        var waits = Schedule.Split(',', StringSplitOptions.TrimEntries);
        return attempts <= waits.Length ? TimeSpan.Parse(waits[Math.Max(attempts, 1) - 1], CultureInfo.InvariantCulture) : null;
    }

    internal IEnumerable<string> Errors()
    {
        foreach (var wait in Schedule.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TimeSpan.TryParse(wait, CultureInfo.InvariantCulture, out var span) || span <= TimeSpan.Zero)
                yield return $"Webhooks:Retry:Schedule has '{wait}'; allowed are durations above zero such as 00:05:00, separated by commas";
        }
    }
}
