using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Bus;

/// <summary>Hands rendered emails to the SMTP stage of the same process, without the broker. A slow SMTP stage slows the renderer.</summary>
public sealed class Handover
{
    private Func<ProcessedEmail, CancellationToken, Task>? _take;

    /// <summary>Whether this process has the SMTP role.</summary>
    public bool IsOpen => _take is not null;

    /// <summary>From now on the renderer's emails go to <paramref name="take"/>, which waits while the SMTP stage has too many.</summary>
    public void Open(Func<ProcessedEmail, CancellationToken, Task> take) => _take = take;

    /// <summary>Gives emails over; waits until the SMTP stage has taken all.</summary>
    public Task GiveAsync(IEnumerable<ProcessedEmail> emails, CancellationToken cancellationToken) =>
        Task.WhenAll(emails.Select(email => _take!(email, cancellationToken)));
}
