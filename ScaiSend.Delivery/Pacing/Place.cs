using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Pacing;

/// <summary>The right to send one mail to a destination, until disposed.</summary>
public sealed class Place : IDisposable
{
    private readonly Pacer _pacer;
    private readonly DestinationPace _pace;
    private DateTimeOffset? _since;
    private bool _isLeft;

    internal Place(Pacer pacer, DestinationPace pace, bool isSlow) => (_pacer, _pace, IsSlow) = (pacer, pace, isSlow);

    /// <summary>Whether the destination was known to be slow when the place was taken.</summary>
    internal bool IsSlow { get; }

    /// <summary>Now the destination is asked; what was done before is our own time and says nothing about it.</summary>
    public void Begin() => _since ??= _pacer.Begin(_pace);

    /// <summary>Learns from the attempt.</summary>
    public void Report(SendOutcome outcome) => _pacer.Learn(_pace, outcome);

    public void Dispose()
    {
        if (_isLeft)
            return;
        _isLeft = true;
        _pacer.Leave(this, _pace, _since);
    }
}
