using System.CommandLine;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;

// The library would end the process two seconds after a signal; the host needs its drain, and a little to say good-bye.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = RoleHost.DrainLimit + TimeSpan.FromSeconds(5) };
return await Commands.Root().Parse(args).InvokeAsync(configuration);
