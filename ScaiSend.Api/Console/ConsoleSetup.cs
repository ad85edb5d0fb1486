using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScaiSend.Api.Console.Audit;
using ScaiSend.Api.Console.Domains;
using ScaiSend.Api.Console.Home;
using ScaiSend.Api.Console.Keys;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Messages;
using ScaiSend.Api.Console.Operations;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Console.Stats;
using ScaiSend.Api.Console.Suppressions;
using ScaiSend.Api.Console.Templates;
using ScaiSend.Api.Console.Tenants;
using ScaiSend.Api.Console.Webhooks;
using ScaiSend.Platform.Telemetry;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Console;

/// <summary>What the serve role needs for the console, and its pages.</summary>
internal static class ConsoleSetup
{
    public static void AddConsole(this IServiceCollection services)
    {
        services.AddSingleton<ConsolePaths>();
        services.AddSingleton<StoredSessions>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SessionStart>();
        services.AddSingleton<SessionCookies>();
        services.AddSingleton<FormGuard>();
        services.AddSingleton<Visitors>();
        services.AddSingleton<ConsoleDoorParts>();
        services.AddSingleton<ConsoleDoor>();
        services.AddSingleton<WhoseMail>();
        services.AddSingleton<HomeFigures>();
        services.AddSingleton<MessageSearch>();
        services.AddSingleton<MessageStories>();
        services.AddSingleton<LiveMessages>();
        services.AddSingleton<ListedAddresses>();
        services.AddSingleton<ResendMail>();
        services.AddSingleton<ActionParts>();
        services.TryAddSingleton<TemplateVersions>();
        services.AddSingleton<FilledContents>();
        services.AddSingleton<ContentParts>();
        services.AddSingleton<SuppressionSearch>();
        services.AddSingleton<SuppressionParts>();
        services.AddSingleton<DomainParts>();
        services.AddSingleton<TemplateParts>();
        services.AddSingleton<QueueFigures>();
        services.AddSingleton<WebhookBacklogs>();
        services.TryAddSingleton<QueueLook>();
        services.AddSingleton<LedgerLook>();
    }

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapConsoleFiles();
        routes.MapSignIn();
        routes.MapTenantChoice();
        routes.MapHome();
        routes.MapMessageSearch();
        routes.MapMessagePage();
        routes.MapMessageContent();
        routes.MapMessageActions();
        routes.MapSuppressionPage();
        routes.MapTemplatePages();
        routes.MapVersionPages();
        routes.MapDomainPages();
        routes.MapAuditPage();
        routes.MapQueuePage();
        routes.MapPolicyPage();
        routes.MapLedgerPage();
        routes.MapKeyPages();
        routes.MapWebhookPages();
        routes.MapWebhookWork();
        routes.MapStatistics();
        routes.MapGet("/console/{**page}", (HttpContext _) => Trouble.NotFound("page")).PageForAll();
    }
}
