using System.CommandLine;
using System.Globalization;
using ScaiSend.Benchmarks.Accept;
using ScaiSend.Benchmarks.Attachments;
using ScaiSend.Benchmarks.Crash;
using ScaiSend.Benchmarks.Pacing;
using ScaiSend.Benchmarks.Pipeline;
using ScaiSend.Benchmarks.Schedule;
using ScaiSend.Benchmarks.Search;
using ScaiSend.Benchmarks.Stats;
using ScaiSend.Benchmarks.Webhooks;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var commands = new RootCommand("The measured runs of ScaiSend. Each closes with its bars and exits with 1 when one is short.")
{
    PipelineCommand.Create(TimeProvider.System),
    AcceptCommand.Create(TimeProvider.System),
    ScheduleCommand.Create(TimeProvider.System),
    StatsCommand.Create(TimeProvider.System),
    SearchCommand.Create(TimeProvider.System),
    PacingCommand.Create(TimeProvider.System),
    BareEndpoint.CreateCommand(TimeProvider.System),
    AttachmentsCommand.Create(TimeProvider.System),
    WebhooksCommand.Create(TimeProvider.System),
    CrashCommand.Create(TimeProvider.System),
};

// Stopping a bench means stopping a dozen servers: they get their time.
return await commands.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
