using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Health;
using ScaiSend.Api.Images;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Messages;
using ScaiSend.Api.OpenApi;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

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
        services.AddSingleton<PictureCheck>();
        services.AddSingleton<ImageStore>();
        services.AddSingleton<ImageList>();
        services.AddSingleton<Readiness>();
        return services;
    }

    public static void MapScaiSend(this WebApplication app)
    {
        // Both dialects run the same endpoints: the prefix is gone before routing.
        app.UsePathBase(DialectOfRequest.Prefix);
        app.UseRouting();
        app.UseTroubles();
        app.UseDoor();
        app.MapHealth();
        app.MapMailSend();
        app.MapMessages();
        app.MapImages();
        app.MapOpenApi();
    }
}
