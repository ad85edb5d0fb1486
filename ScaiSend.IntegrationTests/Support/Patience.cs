namespace ScaiSend.IntegrationTests.Support;

/// <summary>How long tests wait for what must come about, on a machine that runs many others of them. Nothing waits so long unless something is broken.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
}
