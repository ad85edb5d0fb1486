using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Queue;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Secrets;

/// <summary><c>scaisend secrets</c>: which keys seal what is secret in the database, and sealing it anew. Shows no secret.</summary>
internal static class SecretCommands
{
    private const int Trouble = 1;

    public static Command Root(Option<string[]> set) =>
        new("secrets", "Which keys seal what is secret in the database, and sealing it with the current one; shows no secret")
        {
            New("status", "Counts sealed secrets by the id of their key; changes nothing", set, StatusAsync),
            New(
                "rotate",
                "Seals with Secrets:Key what an old key has sealed; safe while the service works, and may be repeated",
                set,
                RotateAsync
            ),
        };

    private static Command New(
        string name,
        string description,
        Option<string[]> set,
        Func<SealedColumns, SecretBox, CancellationToken, Task<Printed>> run
    )
    {
        var json = JsonOption.New();
        var command = new Command(name, description) { json, set };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(set)!, run, parsed.GetValue(json), parsed.InvocationConfiguration, cancellationToken)
        );
        return command;
    }

    private static async Task<Printed> StatusAsync(SealedColumns columns, SecretBox box, CancellationToken cancellationToken)
    {
        var (lines, rows) = (new List<string> { $"Secrets:Key has the id {box.CurrentKeyId}" }, new List<object>());
        foreach (var column in columns.All())
        {
            var counts = (await columns.CountAsync(column, cancellationToken)).Opened;
            foreach (
                var (key, count) in counts.OrderByDescending(c => c.Key == box.CurrentKeyId).ThenBy(c => c.Key, StringComparer.Ordinal)
            )
            {
                lines.Add($"{column.Table}.{column.Name}: {count} sealed with {key}");
                rows.Add(
                    new
                    {
                        table = column.Table,
                        column = column.Name,
                        key,
                        count,
                    }
                );
            }
        }
        return new Printed(string.Join('\n', lines), new { current_key = box.CurrentKeyId, secrets = rows });
    }

    private static async Task<Printed> RotateAsync(SealedColumns columns, SecretBox box, CancellationToken cancellationToken)
    {
        var (lines, rows, total) = (new List<string>(), new List<object>(), 0);
        foreach (var column in columns.All())
        {
            var resealed = await columns.ResealAsync(column, cancellationToken);
            lines.Add($"{column.Table}.{column.Name}: {resealed} sealed anew");
            rows.Add(
                new
                {
                    table = column.Table,
                    column = column.Name,
                    resealed,
                }
            );
            total += resealed;
        }
        lines.Add(
            $"{total} secrets were sealed anew with the key {box.CurrentKeyId}. Keep the old key in Secrets:OldKeys until no mail from before is answered any more: its links and return paths need it."
        );
        return new Printed(
            string.Join('\n', lines),
            new
            {
                current_key = box.CurrentKeyId,
                columns = rows,
                total,
            },
            total
        );
    }

    /// <summary>What a command prints, for people and for programs.</summary>
    /// <param name="Resealed">How many secrets it has sealed anew; null for a command that changes nothing.</param>
    private sealed record Printed(string Text, object Body, int? Resealed = null);

    private static async Task<int> RunAsync(
        IEnumerable<string> sets,
        Func<SealedColumns, SecretBox, CancellationToken, Task<Printed>> run,
        bool asJson,
        InvocationConfiguration console,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var app = RoleHost.Build(Role.None, new Dictionary<string, string?> { ["Stack"] = "servers" }, sets);
            var box = app.Services.GetRequiredService<SecretBox>();
            var printed = await run(new SealedColumns(app.Services.GetRequiredService<MailDatabase>(), box), box, cancellationToken);
            if (printed.Resealed is { } count)
                await app
                    .Services.GetRequiredService<AuditLog>()
                    .AddDoneAsync(
                        "secrets_rotate",
                        new { KeyId = box.CurrentKeyId, Count = count },
                        "",
                        new Operator(Environment.UserName, "cli"),
                        cancellationToken
                    );
            await console.Output.WriteLineAsync(asJson ? OperatorCommand.ToJson(printed.Body) : printed.Text);
            return 0;
        }
        catch (SettingsException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
        catch (CryptographicException e)
        {
            await console.Error.WriteLineAsync(
                $"{e.Message}. Put that key into Secrets:OldKeys and run this again; what is done stays done"
            );
            return Trouble;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            await console.Error.WriteLineAsync(fault);
            return Trouble;
        }
    }
}
