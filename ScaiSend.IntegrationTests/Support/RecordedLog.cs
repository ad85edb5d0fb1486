using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Keeps all that would be logged at the level <c>verbose</c>: of ours everything, of frameworks' warnings, as the product does.</summary>
public sealed class RecordedLog : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Goes into a product's services in place of its own.</summary>
    public void Take(IServiceCollection services) => services.AddSingleton<ILoggerFactory>(this);

    public ILogger CreateLogger(string categoryName) =>
        new Category(this, categoryName, categoryName.StartsWith("ScaiSend", StringComparison.Ordinal) ? LogLevel.Trace : LogLevel.Warning);

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }

    private sealed class Category(RecordedLog log, string name, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log._lines.Enqueue($"{logLevel} {name} {formatter(state, exception)} {exception}");
        }
    }
}
