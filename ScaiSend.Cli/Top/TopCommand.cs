using System.CommandLine;
using ScaiSend.Cli.Queue;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Platform.Storage.Tenants;
using Spectre.Console;

namespace ScaiSend.Cli.Top;

/// <summary><c>scaisend top</c>: what goes on, each second anew; once where nobody looks on.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    public static Command New()
    {
        var once = new Option<bool>("--once")
        {
            Description = "Measures for a second, prints once and ends; so do --json and an output that is no terminal",
        };
        return OperatorCommand.New(
            "top",
            "Shows live what is accepted, delivered, deferred and bounced, and what waits, by tenant and provider; changes nothing",
            [once],
            async (parsed, context, cancellationToken) =>
            {
                var meter = await MeterAsync(context, cancellationToken);
                if (parsed.GetValue(once) || context.IsJson || !Terminal.Is(context.Console.Output))
                    await OnceAsync(meter, context, cancellationToken);
                else
                    await LiveAsync(meter, context, cancellationToken);
                return 0;
            }
        );
    }

    private static async Task<TopMeter> MeterAsync(OperatorContext context, CancellationToken cancellationToken)
    {
        var database = context.Get<MailDatabase>();
        var tenants = await context.Get<TenantTable>().ListAsync(cancellationToken);
        var meter = new TopMeter(
            new EventPace(database),
            new QueueGauge(database),
            context.Get<QueueCount>(),
            context.Get<SuspensionTable>()
        )
        {
            Slugs = tenants.ToDictionary(t => t.Id, t => t.Slug),
        };
        await meter.BeginAsync(context.Now, cancellationToken);
        return meter;
    }

    private static async Task OnceAsync(TopMeter meter, OperatorContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(Refresh, context.Get<TimeProvider>(), cancellationToken);
        var reading = await meter.ReadAsync(context.Now, cancellationToken);
        if (context.IsJson)
            await context.PrintAsync(reading.Body(), () => "");
        else
            await Terminal.WriteAsync(context.Console.Output, console => console.Write(TopView.Of(reading)));
    }

    private static async Task LiveAsync(TopMeter meter, OperatorContext context, CancellationToken cancellationToken)
    {
        var console = Terminal.On(context.Console.Output);
        try
        {
            await console
                .Live(new Text("Measuring …"))
                .AutoClear(false)
                .Overflow(VerticalOverflow.Ellipsis)
                .StartAsync(async display =>
                {
                    while (true)
                    {
                        await Task.Delay(Refresh, context.Get<TimeProvider>(), cancellationToken);
                        display.UpdateTarget(TopView.Of(await meter.ReadAsync(context.Now, cancellationToken)));
                    }
                });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how one leaves.
        }
    }
}
