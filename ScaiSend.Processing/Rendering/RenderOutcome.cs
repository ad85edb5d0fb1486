using ScaiSend.Contracts.Emails;

namespace ScaiSend.Processing.Rendering;

/// <summary>What rendering one email came to: <see cref="Rendered"/> or <see cref="NotRendered"/>.</summary>
public abstract record RenderOutcome
{
    private protected RenderOutcome() { }
}

/// <summary>The mail, ready for signing.</summary>
public sealed record Rendered(RenderedMail Mail) : RenderOutcome;

/// <summary>No mail can be made of this email, now or later.</summary>
/// <param name="Reason">For the sender and for logs: names the field at fault, never an address or content.</param>
public sealed record NotRendered(string Reason) : RenderOutcome;
