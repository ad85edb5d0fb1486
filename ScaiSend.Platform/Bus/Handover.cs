using System.Threading.Channels;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Bus;

/// <summary>Hands rendered emails to the SMTP stage of the same process, without the broker. Bounded: a slow SMTP stage slows the renderer.</summary>
public sealed class Handover
{
    private readonly Channel<ProcessedEmail> _emails = Channel.CreateBounded<ProcessedEmail>(1000);

    /// <summary>Whether this process has the SMTP role.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Opens the way in; from now on the renderer's emails come here.</summary>
    public void Open() => IsOpen = true;

    /// <summary>Reads what comes.</summary>
    public IAsyncEnumerable<ProcessedEmail> ReadAsync(CancellationToken cancellationToken) =>
        _emails.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Gives emails over; waits while the SMTP stage has too many.</summary>
    public async Task GiveAsync(IEnumerable<ProcessedEmail> emails, CancellationToken cancellationToken)
    {
        foreach (var email in emails)
            await _emails.Writer.WriteAsync(email, cancellationToken);
    }
}
