using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Health;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Messages;

namespace ScaiSend.Api;

/// <summary>What the serve role adds.</summary>
public static class ApiSetup
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<VerifiedDomains>();
        services.AddSingleton<AcceptanceTerms>();
        services.AddSingleton<AcceptMail>();
        services.AddHostedService(s => s.GetRequiredService<AcceptMail>());
        services.AddSingleton<MessageList>();
        services.AddSingleton<MessageDetail>();
        services.AddSingleton<Readiness>();
        return services;
    }

    public static void MapScaiSend(this IEndpointRouteBuilder routes)
    {
        routes.MapHealth();
        routes.MapMailSend();
        routes.MapMessages();
    }
}
