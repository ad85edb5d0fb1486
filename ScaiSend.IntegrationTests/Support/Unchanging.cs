using Microsoft.Extensions.Options;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Options that never reload.</summary>
public sealed class Unchanging<T>(T value) : IOptionsMonitor<T>
{
    public T CurrentValue => value;

    public T Get(string? name) => value;

    public IDisposable? OnChange(Action<T, string?> listener) => null;
}
