namespace ScaiSend.Platform.Policies;

/// <summary>Holds the delivery policy in force, which may be replaced at any moment: read it once for each decision.</summary>
public sealed class CurrentPolicy
{
    private volatile DeliveryPolicy _value = new();

    /// <summary>The policy in force.</summary>
    public DeliveryPolicy Value => _value;

    /// <summary>Puts another policy in force, as a whole.</summary>
    public void Replace(DeliveryPolicy policy) => _value = policy;
}
