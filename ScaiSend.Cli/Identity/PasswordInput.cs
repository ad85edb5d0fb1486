using System.CommandLine;
using System.Text;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Queue;

namespace ScaiSend.Cli.Identity;

/// <summary>Reads a password from the terminal, without showing it, or from standard input. Never from an argument: those stand in histories and lists of processes.</summary>
internal static class PasswordInput
{
    public static readonly Option<bool> FromStdin = new("--password-stdin")
    {
        Description = "Reads the password from the first line of standard input",
    };

    /// <exception cref="WrongArgumentException">It cannot be a password, or there is none.</exception>
    public static async Task<string> ReadAsync(ParseResult parsed, string email, CancellationToken cancellationToken)
    {
        var password =
            parsed.GetValue(FromStdin) ? await Console.In.ReadLineAsync(cancellationToken) ?? ""
            : Console.IsInputRedirected
                ? throw new WrongArgumentException("There is no terminal to ask for the password at; give --password-stdin")
            : await AskAsync(parsed.InvocationConfiguration.Error, cancellationToken);
        return Passwords.Trouble(password, email) is { } trouble ? throw new WrongArgumentException(trouble) : password;
    }

    private static async Task<string> AskAsync(TextWriter terminal, CancellationToken cancellationToken)
    {
        await terminal.WriteAsync("Password: ");
        var password = await Terminal.AskedAsync(Typed, cancellationToken);
        await terminal.WriteAsync("\nThe same again: ");
        var again = await Terminal.AskedAsync(Typed, cancellationToken);
        await terminal.WriteLineAsync();
        return password == again ? password : throw new WrongArgumentException("The two are not the same; nothing was changed");
    }

    private static string Typed()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
            if (key.Key != ConsoleKey.Backspace)
                text.Append(key.KeyChar);
            else if (text.Length > 0)
                text.Length--;
        return text.ToString();
    }
}
