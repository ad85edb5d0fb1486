using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Batches;
using ScaiSend.Api.Console;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Domains;
using ScaiSend.Api.Erasure;
using ScaiSend.Api.Events;
using ScaiSend.Api.Health;
using ScaiSend.Api.Hierarchy;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Images;
using ScaiSend.Api.Keys;
using ScaiSend.Api.Login;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Messages;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Api.OpenApi;
using ScaiSend.Api.People;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.ScaiKey;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Simulation;
using ScaiSend.Api.Stats;
using ScaiSend.Api.Suppressions;
using ScaiSend.Api.Templates;
using ScaiSend.Api.Tracking;
using ScaiSend.Api.Webhooks;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api;

/// <summary>What the serve role adds.</summary>
public static class ApiSetup
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ScaiKeyKeys>();
        services.AddSingleton<KnownTenants>();
        services.AddSingleton<EffectivePermissions>();
        services.AddSingleton<JsonWebTokens>();
        services.AddLogin();
        services.AddConsole();
        services.AddSingleton<Operators>();
        services.AddSingleton<Door>();
        services.AddRateLimits();
        services.AddSingleton<KeyUses>();
        services.AddHostedService<WriteKeyUses>();
        services.AddSingleton<StoredKeys>();
        services.AddSingleton<VerifiedDomains>();
        services.AddSingleton<AcceptanceTerms>();
        services.AddSingleton<AcceptMeter>();
        services.AddSingleton<AcceptMail>();
        services.AddSingleton<SimulatedRecipients>();
        services.AddHostedService(s => s.GetRequiredService<AcceptMail>());
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<ForgetIdempotencyKeys>();
        services.AddHostedService(s => s.GetRequiredService<ForgetIdempotencyKeys>());
        services.AddSingleton<IssuedBatches>();
        services.AddSingleton<BatchStatuses>();
        services.AddSingleton<BatchTotals>();
        services.AddSingleton<MessageList>();
        services.AddSingleton<MessageDetail>();
        services.AddSingleton<MessageExplanation>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<StoredTemplates>();
        services.AddSingleton<StoredVersions>();
        services.AddSingleton<TemplateList>();
        services.AddSingleton<UsableTemplates>();
        services.AddSingleton<UsableGroups>();
        services.AddSingleton<StoredSuppressions>();
        services.AddSingleton<ImportSuppressions>();
        services.AddSingleton<BounceClassifications>();
        services.AddSingleton<StoredGroups>();
        services.AddSingleton<GroupMembers>();
        services.TryAddSingleton<SuppressionCheck>();
        services.TryAddSingleton<EraseJobs>();
        services.AddSingleton<PictureCheck>();
        services.AddSingleton<ImageStore>();
        services.AddSingleton<ImageList>();
        services.AddTracking();
        services.AddSingleton<WebhookTerms>();
        services.AddSingleton<StoredWebhooks>();
        services.AddSingleton<TestPosts>();
        services.AddSingleton<PostLog>();
        services.AddSingleton<EventDeliveries>();
        services.AddSingleton<EventsInTime>();
        services.AddSingleton<ReplayEvents>();
        services.AddSingleton<StoredTenantSettings>();
        services.AddSingleton<StoredPartners>();
        services.AddSingleton<StoredTenants>();
        services.AddPeople();
        services.AddSingleton<StoredDomains>();
        services.AddSingleton<DomainRecords>();
        services.AddSingleton<DomainShape>();
        services.AddSingleton<StoredStats>();
        services.AddSingleton<RebuildStats>();
        services.AddSingleton<Readiness>();
        return services;
    }

    private static void AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<ActiveTenant>();
        services.AddSingleton<PeopleChanges>();
        services.AddSingleton<StoredRoleChanges>();
        services.AddSingleton<StoredUsers>();
        services.AddSingleton<StoredUserGroups>();
    }

    private static void AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<RateLimitMeter>();
        services.AddSingleton<RedisOutage>();
        services.AddSingleton<SharedCounts>();
        services.AddHostedService(s => s.GetRequiredService<SharedCounts>());
        services.AddSingleton<LimitTable>();
        services.AddSingleton<RateLimiter>();
    }

    public static void MapScaiSend(this WebApplication app)
    {
        // Both dialects run the same endpoints: the prefix is gone before routing.
        app.UsePathBase(DialectOfRequest.Prefix);
        app.UseRouting();
        app.UseTroubles();
        app.Use(app.Services.GetRequiredService<Door>().Before);
        app.Use(app.Services.GetRequiredService<ConsoleDoor>().Before);
        app.MapHealth();
        app.MapLogin();
        app.MapMailSend();
        app.MapBatches();
        app.MapScheduledSends();
        app.MapMessages();
        app.MapExplanations();
        app.MapEvents();
        app.MapApiKeys();
        app.MapTemplates();
        app.MapTemplateVersions();
        app.MapSuppressions();
        app.MapBounceClassifications();
        app.MapGlobalUnsubscribes();
        app.MapUnsubscribeGroups();
        app.MapGroupMembers();
        app.MapErasure();
        app.MapImages();
        app.MapWebhooks();
        app.MapEventSettings();
        app.MapSignedEventSettings();
        app.MapWebhookTests();
        app.MapWebhookDeliveries();
        app.MapWebhookReplay();
        app.MapTracking();
        app.MapStats();
        app.MapCategories();
        app.MapSegments();
        app.MapQueue();
        app.MapAudit();
        app.MapSuspensions();
        app.MapPolicy();
        app.MapNodes();
        app.MapTenantSettings();
        app.MapPartners();
        app.MapTenants();
        app.MapPermissions();
        app.MapRoles();
        app.MapUsers();
        app.MapUserGroups();
        app.MapContentLook();
        app.MapDomains();
        app.MapScaiKeyWebhook();
        app.MapOpenApi();
        app.MapConsole();
    }
}
