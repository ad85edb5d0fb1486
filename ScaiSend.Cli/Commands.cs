using System.CommandLine;
using System.CommandLine.Help;
using ScaiSend.Cli.Completion;
using ScaiSend.Cli.Doctor;
using ScaiSend.Cli.Identity;
using ScaiSend.Cli.Messages;
using ScaiSend.Cli.Policy;
using ScaiSend.Cli.Queue;
using ScaiSend.Cli.Reports;
using ScaiSend.Cli.Roles;
using ScaiSend.Cli.Secrets;
using ScaiSend.Cli.Top;
using ScaiSend.Cli.Up;

namespace ScaiSend.Cli;

/// <summary>The command line of <c>scaisend</c>.</summary>
public static class Commands
{
    /// <summary>Exit code for wrong settings.</summary>
    public const int WrongSettings = 2;

    public static RootCommand Root()
    {
        var root = new RootCommand("ScaiSend: self-hosted transactional e-mail with SendGrid's v3 API")
        {
            OfRole("serve", "Takes HTTP requests", Role.Serve),
            OfRole("worker", "Renders mail and wakes what is due", Role.Worker),
            OfRole("smtp", "Delivers mail", Role.Smtp),
            Node(),
            UpCommand(),
            Migrate(),
            PolicyCommands.Root(Set),
            MessageCommands.Message(),
            MessageCommands.Explain(),
            QueueCommands.Queue(),
            TopCommand.New(),
            SuspensionCommands.Suspensions(),
            NodesCommand.New(),
            AuditCommands.Audit(),
            AdminKeyCommand.New(),
            ReportCommands.Root(Set),
            SecretCommands.Root(Set),
            TenantCommands.Root(),
            UserCommands.Root(),
            TokenCommand.New(),
            DoctorCommand.New(),
            SyncCommand.New(),
            CompletionCommand.New(),
        };
        // Other ways to ask for help, which completion would offer among the commands.
        foreach (var help in root.Options.OfType<HelpOption>())
        foreach (var alias in (string[])["/h", "/?", "-?"])
            help.Aliases.Remove(alias);
        return root;
    }

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Overrides a setting: Section:Key=value; may be repeated",
        DefaultValueFactory = _ => [],
        Recursive = true,
    };

    private static Command OfRole(string name, string description, Role role)
    {
        var command = new Command(name, description) { Set };
        command.SetAction((parsed, cancellationToken) => RunRole.RunAsync(role, parsed.GetValue(Set)!, cancellationToken));
        return command;
    }

    private static Command Node()
    {
        var roles = new Option<string>("--roles") { Description = "Roles of this process, such as worker,smtp", Required = true };
        var command = new Command("node", "Runs several roles in one process; worker and smtp together save the broker between them")
        {
            roles,
            Set,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var role = Role.None;
                foreach (var name in parsed.GetValue(roles)!.Split(',', StringSplitOptions.TrimEntries))
                {
                    if (!Enum.TryParse<Role>(name, ignoreCase: true, out var one) || one == Role.None || char.IsDigit(name[0]))
                    {
                        await Console.Error.WriteLineAsync(
                            $"--roles has '{name}'; allowed are serve, worker and smtp, separated by commas"
                        );
                        return WrongSettings;
                    }
                    role |= one;
                }
                return await RunRole.RunAsync(role, parsed.GetValue(Set)!, cancellationToken);
            }
        );
        return command;
    }

    private static Command UpCommand()
    {
        var http = new Option<string>("--http") { Description = "Where to listen", DefaultValueFactory = _ => "127.0.0.1:8080" };
        var data = new Option<string>("--data") { Description = "Folder of everything that is kept", DefaultValueFactory = _ => "data" };
        var key = new Option<string?>("--key") { Description = "Sets the live key: sg_live_ and 32 hexadecimal digits" };
        var smarthost = new Option<string?>("--smarthost") { Description = "Routes all mail to host:port" };
        var liveMx = new Option<bool>("--live-mx") { Description = "Looks up MX records and delivers for real" };
        var dns = new Option<string?>("--dns") { Description = "Resolver for --live-mx, address:port" };
        var mxPort = new Option<int?>("--mx-port") { Description = "Destination port for --live-mx" };
        var command = new Command("up", "Runs everything in one process, without any server")
        {
            http,
            data,
            key,
            smarthost,
            liveMx,
            dns,
            mxPort,
            Set,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                UpProcess.RunAsync(
                    new UpOptions(
                        parsed.GetValue(http)!,
                        parsed.GetValue(data)!,
                        parsed.GetValue(key),
                        parsed.GetValue(smarthost),
                        parsed.GetValue(liveMx),
                        parsed.GetValue(dns),
                        parsed.GetValue(mxPort),
                        parsed.GetValue(Set)!
                    ),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Migrate()
    {
        var seed = new Option<bool>("--seed") { Description = "Adds a tenant with keys and the verified domain example.test" };
        var json = JsonOption.New();
        var command = new Command("migrate", "Brings the database's schema up to date") { seed, json, Set };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunRole.MigrateAsync(parsed.GetValue(seed), parsed.GetValue(json), parsed.GetValue(Set)!, cancellationToken)
        );
        return command;
    }
}
