using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Sagas.Persistence;

namespace ScaiSend.Cli.Queue;

/// <summary>What the commands for operators share: they work on the database itself, with the settings of a role, and need no running process.</summary>
internal static class OperatorCommand
{
    /// <summary>Exit code when the database is away, or the work could not be brought to its end.</summary>
    public const int Trouble = 1;

    /// <summary>Exit code when nobody confirmed.</summary>
    public const int NotConfirmed = 3;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Overrides a setting: Section:Key=value; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Data = new("--data") { Description = "The folder of an `up`, instead of settings" };

    private static readonly Option<bool> Json = new("--json") { Description = "Prints JSON, in the admin API's shapes" };

    private static readonly Option<string?> As = new("--as")
    {
        Description = "Who does it, for the audit log; else the user of this shell",
    };

    /// <summary>A command with the shared options.</summary>
    /// <param name="run">Does it and answers the exit code.</param>
    public static Command New(
        string name,
        string description,
        IEnumerable<Symbol> symbols,
        Func<ParseResult, OperatorContext, CancellationToken, Task<int>> run
    )
    {
        var command = new Command(name, description) { Set, Data, Json, As };
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Options.Add(option);
            else if (symbol is Argument argument)
                command.Arguments.Add(argument);
        }
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, run, cancellationToken));
        return command;
    }

    /// <summary>Why somebody does it; read with <see cref="OperatorContext.Act"/>.</summary>
    public static Option<string> Reason() => new("--reason") { Description = "Why, for the audit log", Required = true };

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<ParseResult, OperatorContext, CancellationToken, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        var output = parsed.InvocationConfiguration;
        try
        {
            await using var app = RoleHost.Build(Role.None, Defaults(parsed), Sets(parsed));
            if (app.Services.GetRequiredService<MailDatabase>().Dialect is SqliteDialect { IsThere: false } missing)
                throw new WrongArgumentException(
                    $"There is no database {missing.Path}: name the folder of an `up` with --data, or the database in Database__Url"
                );
            // The one part of a host that a saga needs.
            var transitions = app.Services.GetRequiredService<EmailTransitions>();
            await transitions.StartAsync(cancellationToken);
            try
            {
                var who = new Operator(Shorter(parsed.GetValue(As) ?? Environment.UserName), "cli");
                return await run(parsed, new OperatorContext(app.Services, who, output, parsed.GetValue(Json)), cancellationToken);
            }
            finally
            {
                await transitions.StopAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (e is SettingsException or WrongArgumentException)
        {
            await output.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            await output.Error.WriteLineAsync(fault);
            return Trouble;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await output.Error.WriteLineAsync($"It cannot be written or read: {e.Message}");
            return Trouble;
        }
    }

    private static Dictionary<string, string?> Defaults(ParseResult parsed) =>
        new() { ["Stack"] = parsed.GetValue(Data) is null ? "servers" : "embedded", ["Log:Level"] = "warning" };

    private static IEnumerable<string> Sets(ParseResult parsed)
    {
        if (parsed.GetValue(Data) is { } folder)
        {
            var secret = Path.Combine(folder, "secret.key");
            if (!File.Exists(secret))
                throw new WrongArgumentException($"{Path.GetFullPath(folder)} is no folder of an `up`: it has no secret.key");
            yield return $"Database:Url=sqlite://{Path.Combine(folder, "scaisend.db")}";
            yield return $"Blobs:Folder={Path.Combine(folder, "blobs")}";
            yield return $"Secrets:Key={File.ReadAllText(secret).Trim()}";
        }
        foreach (var set in parsed.GetValue(Set)!)
            yield return set;
    }

    private static string Shorter(string name) => name.Length > 64 ? name[..64] : name;

    /// <summary>As all commands print it.</summary>
    public static string ToJson(object body) => JsonSerializer.Serialize(body, Indented);

    /// <summary>A moment for people, in UTC.</summary>
    public static string Show(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What a command works with.</summary>
internal sealed record OperatorContext(IServiceProvider Services, Operator Who, InvocationConfiguration Console, bool IsJson)
{
    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>What the user of the command does, with the reason that he gives.</summary>
    /// <exception cref="WrongArgumentException">It says nothing, or too much.</exception>
    public Act Act(string reason) =>
        AuditLog.IsReason(reason)
            ? new(Who, reason.Trim())
            : throw new WrongArgumentException($"--reason must say why, in at most {AuditLog.MaxReason} characters");

    public DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    /// <summary>Prints a body as JSON, or what people read instead.</summary>
    public Task PrintAsync(object body, Func<string> text) =>
        Console.Output.WriteLineAsync(IsJson ? OperatorCommand.ToJson(body) : text().TrimEnd('\n'));
}

/// <summary>An argument is wrong; the text says which, and what is allowed.</summary>
internal sealed class WrongArgumentException(string message) : Exception(message);
