namespace ScaiSend.Delivery.Pacing;

/// <summary>Whether a mail may go to its destination now. A closed choice.</summary>
public abstract record Admission
{
    private Admission() { }

    /// <summary>It may, while it has the place.</summary>
    public sealed record Admitted(Place Place) : Admission;

    /// <summary>It waits so long elsewhere.</summary>
    /// <param name="Reason">For people.</param>
    public sealed record HeldBack(TimeSpan Delay, string Reason) : Admission;
}
