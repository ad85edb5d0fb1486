using System.CommandLine;
using ScaiSend.Api.Admin;

namespace ScaiSend.Cli.Queue;

/// <summary><c>scaisend admin-key NAME</c>: makes an operator's key. It is printed once and kept nowhere; the setting holds its hash.</summary>
internal static class AdminKeyCommand
{
    public static Command New()
    {
        var name = new Argument<string>("name") { Description = $"The operator's name: {AdminOptions.NameForm}" };
        var json = JsonOption.New();
        var command = new Command("admin-key", "Makes a key for the admin API, and the setting that lets it in") { name, json };
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
                var (setting, environment) = ($"Admin:Keys:{text}={hash}", $"ScaiSend__Admin__Keys__{text}={hash}");
                await console.Output.WriteLineAsync(
                    parsed.GetValue(json)
                        ? OperatorCommand.ToJson(
                            new
                            {
                                key = key.Text,
                                setting,
                                environment,
                            }
                        )
                        : $"key:         {key.Text}\nsetting:     {setting}\nenvironment: {environment}"
                );
                return 0;
            }
        );
        return command;
    }
}
