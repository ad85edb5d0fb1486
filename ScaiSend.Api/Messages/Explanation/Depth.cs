namespace ScaiSend.Api.Messages.Explanation;

/// <summary>How much a reader is told. Each is told what the one before is told, and more.</summary>
public enum Depth
{
    /// <summary>A program of the tenant: what happened, what follows, what may be done.</summary>
    Caller,

    /// <summary>A person of the tenant: also every attempt, with the rule that decided and what was asked of the connection.</summary>
    Support,

    /// <summary>Who runs the installation: also hosts, addresses, suspensions and leases.</summary>
    Operator,
}
