using MySqlConnector;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>What a journey runs on. Every journey runs on all of them.</summary>
public enum Stack
{
    /// <summary>In-memory transport, SQLite, a folder.</summary>
    Embedded,

    /// <summary>RabbitMQ and MariaDB.</summary>
    MariaDb,

    /// <summary>RabbitMQ and the real MySQL.</summary>
    MySql,
}

/// <summary>The stacks of this run, for <c>[MemberData]</c>.</summary>
public static class Stacks
{
    /// <summary>All that can be had. Where the build could not get the real MySQL it said so in one loud line.</summary>
    public static TheoryData<Stack> All =>
        Environment.GetEnvironmentVariable("SCAISEND_TEST_MYSQL") is { Length: > 0 }
            ? [Stack.Embedded, Stack.MariaDb, Stack.MySql]
            : [Stack.Embedded, Stack.MariaDb];

    /// <summary>An environment variable that the build sets, or a failure that says what to do.</summary>
    public static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set: run ./build.sh test, which starts the servers");

    /// <summary>A database URL with a new name on the stack's server.</summary>
    public static string DatabaseUrl(Stack stack, string folder, string name)
    {
        if (stack == Stack.Embedded)
            return $"sqlite://{Path.Combine(folder, "scaisend.db")}";
        var server = new MySqlConnectionStringBuilder(Setting(stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB"));
        return $"mysql://{server.UserID}:{server.Password}@{server.Server}:{server.Port}/{name}";
    }
}
