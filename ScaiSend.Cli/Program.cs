using System.CommandLine;
using System.CommandLine.Invocation;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;

// The library would end the process two seconds after a signal; the host needs its drain, and a little to say good-bye.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = RoleHost.DrainLimit + TimeSpan.FromSeconds(5) };
var parsed = Commands.Root().Parse(args);

// A program that reads what comes out must not be given help to parse.
if (parsed.Action is ParseErrorAction wrong)
    wrong.ShowHelp = !Console.IsOutputRedirected;
var code = await parsed.InvokeAsync(configuration);

// The library says 1 of a line that it cannot read; scripts are to tell that from a database that is away.
return parsed.Action is ParseErrorAction ? Commands.WrongSettings : code;
