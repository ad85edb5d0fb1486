using System.CommandLine;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Platform.Storage;
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
        Func<SealedColumns, SecretBox, TextWriter, CancellationToken, Task<int>> run
    )
    {
        var command = new Command(name, description) { set };
        command.SetAction(
            (parsed, cancellationToken) => RunAsync(parsed.GetValue(set)!, run, parsed.InvocationConfiguration, cancellationToken)
        );
        return command;
    }

    private static async Task<int> StatusAsync(SealedColumns columns, SecretBox box, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"Secrets:Key has the id {box.CurrentKeyId}");
        foreach (var column in columns.All())
        {
            var counts = (await columns.CountAsync(column, cancellationToken)).Opened;
            foreach (
                var (key, count) in counts.OrderByDescending(c => c.Key == box.CurrentKeyId).ThenBy(c => c.Key, StringComparer.Ordinal)
            )
                await output.WriteLineAsync($"{column.Table}.{column.Name}: {count} sealed with {key}");
        }
        return 0;
    }

    private static async Task<int> RotateAsync(SealedColumns columns, SecretBox box, TextWriter output, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var column in columns.All())
        {
            var resealed = await columns.ResealAsync(column, cancellationToken);
            await output.WriteLineAsync($"{column.Table}.{column.Name}: {resealed} sealed anew");
            total += resealed;
        }
        await output.WriteLineAsync(
            $"{total} secrets were sealed anew with the key {box.CurrentKeyId}. Keep the old key in Secrets:OldKeys until no mail from before is answered any more: its links and return paths need it."
        );
        return 0;
    }

    private static async Task<int> RunAsync(
        IEnumerable<string> sets,
        Func<SealedColumns, SecretBox, TextWriter, CancellationToken, Task<int>> run,
        InvocationConfiguration console,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var app = RoleHost.Build(Role.None, new Dictionary<string, string?> { ["Stack"] = "servers" }, sets);
            var box = app.Services.GetRequiredService<SecretBox>();
            return await run(
                new SealedColumns(app.Services.GetRequiredService<MailDatabase>(), box),
                box,
                console.Output,
                cancellationToken
            );
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
        catch (DbException e)
        {
            await console.Error.WriteLineAsync($"The database does not do this: {e.Message}");
            return Trouble;
        }
    }
}
