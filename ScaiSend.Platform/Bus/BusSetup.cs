using System.Text.Encodings.Web;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Bus;

/// <summary>The bus of both stacks, with the plumbing retries of the whole product: nothing else retries but the mail's own schedule.</summary>
public static class BusSetup
{
    /// <summary>Adds the bus with the consumers of this process's roles.</summary>
    /// <param name="consumers">Consumer type by queue.</param>
    public static IServiceCollection AddBus(this IServiceCollection services, bool isEmbedded, IReadOnlyList<StageConsumer> consumers)
    {
        services.AddSingleton<Handover>();
        services.AddSingleton<Hints>();
        services.AddSingleton<FlightWindow>();
        services.AddHostedService(s => s.GetRequiredService<Hints>());
        services.AddHostedService(s => s.GetRequiredService<FlightWindow>());
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var consumer in consumers)
                bus.AddConsumer(consumer.Type);
            if (isEmbedded)
                bus.UsingInMemory(
                    (context, memory) =>
                    {
                        Common(memory);
                        foreach (var consumer in consumers)
                            memory.ReceiveEndpoint(consumer.Queue, e => Endpoint(e, context, consumer));
                    }
                );
            else
                bus.UsingRabbitMq(
                    (context, rabbit) =>
                    {
                        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
                        rabbit.Host(new Uri(options.Url));
                        rabbit.MessageTopology.SetEntityNameFormatter(
                            new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, options.Prefix + "-")
                        );
                        Common(rabbit);
                        foreach (var consumer in consumers)
                            rabbit.ReceiveEndpoint(
                                $"{options.Prefix}-{consumer.Queue}",
                                e =>
                                {
                                    e.SetQuorumQueue();
                                    Endpoint(e, context, consumer);
                                }
                            );
                    }
                );
        });
        return services;
    }

    private static void Common(IBusFactoryConfigurator bus) =>
        bus.ConfigureJsonSerializerOptions(json =>
        {
            // The default encoder would blow each letter that is not ASCII up to six bytes.
            json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            return json;
        });

    private static void Endpoint(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context, StageConsumer consumer)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        // Where hints are small, more are fetched than are worked on: in the broker's queue they are in order, here the tenants take turns.
        var inHand = options.Concurrency * consumer.HintsPerPlace;
        endpoint.PrefetchCount = inHand;
        endpoint.ConcurrentMessageLimit = inHand;
        endpoint.UseMessageRetry(retry => retry.Intervals(100, 1000, 5000));
        // A hint that fails is worth nothing: the emails' leases bring it back, so it needs no error queue.
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.ConfigureConsumer(context, consumer.Type);
    }
}

/// <summary>A stage's consumer and the queue that it reads.</summary>
/// <param name="HintsPerPlace">How many times <see cref="BusOptions.Concurrency"/> hints are fetched.</param>
public sealed record StageConsumer(string Queue, Type Type, int HintsPerPlace = 1);
