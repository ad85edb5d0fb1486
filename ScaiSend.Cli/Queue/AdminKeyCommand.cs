using System.CommandLine;
using ScaiSend.Api.Admin;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend admin-key NAME</c>: makes an operator's key. It is printed once and kept nowhere; the setting holds its hash.</summary>
internal static class AdminKeyCommand
{
    public static Command New()
    {
        var name = new Argument<string>("name") { Description = $"The operator's name: {AdminOptions.NameForm}" };
        var command = new Command("admin-key", "Makes a key for the admin API, and the setting that lets it in") { name };
        command.SetAction(
            async (parsed, _) =>
            {
                var (text, console) = (parsed.GetValue(name)!, parsed.InvocationConfiguration);
                if (!AdminOptions.IsName(text))
                {
                    await console.Error.WriteLineAsync($"'{text}' cannot name an operator; allowed are {AdminOptions.NameForm}");
                    return Commands.WrongSettings;
                }
                var key = OperatorKey.New();
                var hash = Convert.ToHexStringLower(key.Hash);
                await console.Output.WriteLineAsync($"key:         {key.Text}");
                await console.Output.WriteLineAsync($"setting:     Admin:Keys:{text}={hash}");
                await console.Output.WriteLineAsync($"environment: ScaiSend__Admin__Keys__{text}={hash}");
                return 0;
            }
        );
        return command;
    }
}
