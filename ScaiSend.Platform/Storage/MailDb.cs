using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Domains;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Idempotency;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Images;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Nodes;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Stats;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Storage.Tenants;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Platform.Storage;

/// <summary>The schema, and all reading that need not be fast by hand. Every query sees only <see cref="TenantId"/>'s rows.</summary>
public abstract class MailDb(DbContextOptions options, Guid tenantId) : DbContext(options)
{
    /// <summary>The active tenant.</summary>
    public Guid TenantId { get; } = tenantId;

    public DbSet<Partner> Partners => Set<Partner>();
    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <summary>Of no tenant: a user may have roles in several.</summary>
    public DbSet<User> Users => Set<User>();
    public DbSet<TenantRole> Roles => Set<TenantRole>();
    public DbSet<UserRole> UserRoles => Set<UserRole>();
    public DbSet<UserGroup> Groups => Set<UserGroup>();
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();
    public DbSet<NestedGroup> NestedGroups => Set<NestedGroup>();
    public DbSet<GroupRole> GroupRoles => Set<GroupRole>();
    public DbSet<LoginGrant> LoginGrants => Set<LoginGrant>();
    public DbSet<ConsoleSession> ConsoleSessions => Set<ConsoleSession>();
    public DbSet<ScaiKeyResource> ScaiKeyResources => Set<ScaiKeyResource>();
    public DbSet<ProcessedWebhookEvent> ProcessedWebhookEvents => Set<ProcessedWebhookEvent>();
    public DbSet<SyncRun> SyncRuns => Set<SyncRun>();
    public DbSet<SenderDomain> SenderDomains => Set<SenderDomain>();
    public DbSet<StoredDkimKey> DkimKeys => Set<StoredDkimKey>();
    public DbSet<DomainEvent> DomainEvents => Set<DomainEvent>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<Content> Contents => Set<Content>();
    public DbSet<Email> Emails => Set<Email>();
    public DbSet<EmailEvent> Events => Set<EmailEvent>();
    public DbSet<EventLane> EventLanes => Set<EventLane>();
    public DbSet<EmailAttempt> Attempts => Set<EmailAttempt>();
    public DbSet<Template> Templates => Set<Template>();
    public DbSet<TemplateVersion> TemplateVersions => Set<TemplateVersion>();
    public DbSet<MailBatch> MailBatches => Set<MailBatch>();
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    public DbSet<Image> Images => Set<Image>();
    public DbSet<Suppression> Suppressions => Set<Suppression>();
    public DbSet<Suspension> Suspensions => Set<Suspension>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>Operators' only: not kept apart by tenant.</summary>
    public DbSet<InboundReport> InboundReports => Set<InboundReport>();
    public DbSet<UnsubscribeGroup> UnsubscribeGroups => Set<UnsubscribeGroup>();
    public DbSet<EraseJob> EraseJobs => Set<EraseJob>();
    public DbSet<TenantSettings> TenantSettings => Set<TenantSettings>();
    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();
    public DbSet<WebhookRevision> WebhookRevisions => Set<WebhookRevision>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<WebhookPost> WebhookPosts => Set<WebhookPost>();
    public DbSet<PolicyRevision> PolicyRevisions => Set<PolicyRevision>();
    public DbSet<Node> Nodes => Set<Node>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<Guid>().HaveConversion<BigEndianGuid>().HaveColumnType("binary(16)");
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>().HaveColumnType("bigint");
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Tenant>(e =>
        {
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.Slug).HasMaxLength(64);
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.HasIndex(x => x.Slug).IsUnique();
            e.HasIndex(x => x.ExternalId).IsUnique();
            e.HasIndex(x => x.PartnerId);
            e.Property(x => x.Settings).HasColumnType("text");
            e.Property(x => x.SuspendedBy).HasConversion<string>().HasMaxLength(16);
            e.HasQueryFilter(x => x.Id == TenantId);
        });
        modelBuilder.Entity<ApiKey>(e =>
        {
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.Prefix).HasMaxLength(16);
            e.Property(x => x.Hash).HasColumnType("binary(32)");
            e.Property(x => x.Scopes).HasMaxLength(1000);
            e.HasIndex(x => x.Hash).IsUnique();
            e.HasIndex(x => x.TenantId);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<SenderDomain>(e =>
        {
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.DmarcPolicy).HasMaxLength(16);
            e.Property(x => x.DmarcReports).HasMaxLength(255);
            e.Property(x => x.Checks).HasColumnType(MediumText);
            e.HasIndex(x => new { x.TenantId, x.Name }).IsUnique();
            e.HasIndex(x => x.CheckedAt);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<DomainEvent>(e =>
        {
            e.ToTable("domain_events");
            e.Property(x => x.Type).HasMaxLength(16);
            e.Property(x => x.Detail).HasMaxLength(1000);
            e.HasIndex(x => new
            {
                x.TenantId,
                x.DomainId,
                x.Id,
            });
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<StoredDkimKey>(e =>
        {
            e.ToTable("dkim_keys");
            e.Property(x => x.Domain).HasMaxLength(255);
            e.Property(x => x.Selector).HasMaxLength(63);
            e.Property(x => x.Algorithm).HasMaxLength(16);
            e.Property(x => x.SealedPrivateKey).HasMaxLength(4096);
            e.Ignore(x => x.IsInUse);
            e.HasIndex(x => new { x.TenantId, x.Domain });
            e.HasIndex(x => x.RetiredAt);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Message>(e =>
        {
            e.Property(x => x.FromEmail).HasMaxLength(320);
            e.Property(x => x.FromName).HasMaxLength(998);
            e.Property(x => x.Subject).HasColumnType("text");
            e.Property(x => x.ToEmails).HasColumnType(MediumText);
            e.Property(x => x.Categories).HasColumnType("text");
            e.Property(x => x.CustomArgs).HasColumnType("text");
            e.Property(x => x.Personalization).HasColumnType(MediumBlob);
            e.Property(x => x.BatchId).HasMaxLength(64);
            e.Property(x => x.TemplateId).HasMaxLength(64);
            e.Property(x => x.Settings).HasColumnType("text");
            e.HasIndex(x => new { x.TenantId, x.Id });
            e.HasIndex(x => new { x.TenantId, x.BatchId });
            // Whose body a content is.
            e.HasIndex(x => x.ContentId);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Content>(e =>
        {
            // A tenant's oldest, which go first.
            e.HasIndex(x => new { x.TenantId, x.Id });
            e.Property(x => x.Body).HasColumnType(MediumBlob);
            e.Property(x => x.BlobKey).HasMaxLength(100);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Email>(e =>
        {
            e.Property(x => x.Recipient).HasMaxLength(320);
            e.Property(x => x.MailKey).HasMaxLength(100);
            e.Property(x => x.LastReply).HasMaxLength(1000);
            // The waker's and the window's: who is due, who is in flight.
            e.HasIndex(x => new
            {
                x.TenantId,
                x.Lane,
                x.DueAt,
            });
            // The message list's filters, newest first.
            e.HasIndex(x => new
            {
                x.TenantId,
                x.State,
                x.MessageId,
            });
            e.HasIndex(x => new
            {
                x.TenantId,
                x.Recipient,
                x.MessageId,
            });
            e.HasIndex(x => x.MessageId);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<EmailAttempt>(e =>
        {
            e.ToTable("attempts");
            e.HasKey(x => new { x.EmailId, x.Number });
            e.Property(x => x.MxHost).HasMaxLength(255);
            e.Property(x => x.MxAddress).HasMaxLength(64);
            e.Property(x => x.Tls).HasMaxLength(16);
            e.Property(x => x.EnhancedStatusCode).HasMaxLength(16);
            e.Property(x => x.Reply).HasMaxLength(1000);
            e.Property(x => x.Outcome).HasMaxLength(16);
            e.Property(x => x.Provider).HasMaxLength(100);
            e.Property(x => x.Source).HasMaxLength(45);
            e.Property(x => x.Step).HasMaxLength(16);
            e.Property(x => x.Rule).HasMaxLength(100);
            e.Property(x => x.TlsPolicy).HasMaxLength(100);
            e.Property(x => x.Certificate).HasMaxLength(255);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Template>(e =>
        {
            e.Property(x => x.Name).HasMaxLength(100);
            e.HasIndex(x => new { x.TenantId, x.Name }).IsUnique();
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<TemplateVersion>(e =>
        {
            e.ToTable("template_versions");
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.Subject).HasColumnType("text");
            e.Property(x => x.Preheader).HasColumnType("text");
            e.Property(x => x.HtmlContent).HasColumnType(MediumText);
            e.Property(x => x.PlainContent).HasColumnType(MediumText);
            e.Property(x => x.Editor).HasMaxLength(16);
            e.Property(x => x.TestData).HasColumnType(MediumText);
            e.Property(x => x.Tracking).HasColumnType("text");
            e.HasIndex(x => new { x.TenantId, x.TemplateId });
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<MailBatch>(e =>
        {
            e.ToTable("mail_batches");
            e.Property(x => x.BatchId).HasMaxLength(64);
            e.HasKey(x => new { x.TenantId, x.BatchId });
            e.HasIndex(x => x.CreatedAt);
            e.HasIndex(x => x.ChangedAt);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<IdempotencyRecord>(e =>
        {
            e.ToTable("idempotency_records");
            e.Property(x => x.KeyHash).HasColumnType("binary(32)");
            e.Property(x => x.RequestHash).HasColumnType("binary(32)");
            e.Property(x => x.MessageIds).HasMaxLength(16_000);
            e.HasKey(x => new { x.TenantId, x.KeyHash });
            e.HasIndex(x => x.CreatedAt);
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Image>(e =>
        {
            e.Property(x => x.FileName).HasMaxLength(255);
            e.Property(x => x.OriginalFileName).HasMaxLength(255);
            e.Property(x => x.ContentType).HasMaxLength(32);
            e.Property(x => x.AltText).HasMaxLength(1000);
            e.Property(x => x.Folder).HasMaxLength(255);
            e.Property(x => x.Hash).HasColumnType("binary(32)");
            e.Property(x => x.BlobKey).HasMaxLength(100);
            e.Property(x => x.ThumbnailKey).HasMaxLength(100);
            e.Property(x => x.ThumbnailType).HasMaxLength(32);
            e.HasIndex(x => new { x.TenantId, x.Id });
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Suppression>(e =>
        {
            e.Property(x => x.AddressKey).HasColumnType("binary(16)");
            e.Property(x => x.Address).HasMaxLength(320);
            e.Property(x => x.Reason).HasMaxLength(1000);
            e.Property(x => x.Status).HasMaxLength(16);
            e.Property(x => x.Source).HasMaxLength(255);
            // The worker's question: which of these recipients are on any list.
            e.HasKey(x => new
            {
                x.TenantId,
                x.AddressKey,
                x.List,
                x.GroupId,
            });
            // A list, newest first.
            e.HasIndex(x => new
            {
                x.TenantId,
                x.List,
                x.GroupId,
                x.CreatedAt,
            });
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        modelBuilder.Entity<Suspension>(e =>
        {
            e.Property(x => x.Provider).HasMaxLength(255);
            e.Property(x => x.Source).HasMaxLength(45);
            e.Property(x => x.Cause).HasMaxLength(1000);
            e.Property(x => x.Rule).HasMaxLength(255);
            e.Property(x => x.LiftedBy).HasMaxLength(255);
            // What is in force, read every other second; and the list, the latest end first.
            e.HasIndex(x => x.EndsAt);
        });
        modelBuilder.Entity<AuditEntry>(e =>
        {
            e.Property(x => x.Action).HasMaxLength(32);
            e.Property(x => x.Actor).HasMaxLength(255);
            e.Property(x => x.Via).HasMaxLength(16);
            e.Property(x => x.Before).HasColumnType("text");
            e.Property(x => x.After).HasColumnType("text");
            e.Property(x => x.Reason).HasMaxLength(AuditLog.MaxReason);
            e.Property(x => x.Target).HasColumnType("text");
            e.Property(x => x.Position).HasMaxLength(QueuePosition.Length);
            e.HasIndex(x => new { x.TenantId, x.Id });
            // What somebody has to go on with: hardly any.
            e.HasIndex(x => x.DueAt);
        });
        modelBuilder.Entity<InboundReport>(e =>
        {
            e.ToTable("inbound_reports");
            e.Property(x => x.Kind).HasMaxLength(16);
            e.Property(x => x.RemoteAddress).HasMaxLength(45);
            e.Property(x => x.Recipient).HasMaxLength(320);
            e.Property(x => x.Raw).HasColumnType(MediumBlob);
            e.Property(x => x.Summary).HasMaxLength(1000);
            // What is to be read now; how many there are in each state.
            e.HasIndex(x => new { x.State, x.DueAt });
            e.HasIndex(x => x.ReceivedAt);
            e.HasIndex(x => x.EmailId);
        });
        modelBuilder.Entity<UnsubscribeGroup>(e =>
        {
            e.ToTable("unsubscribe_groups");
            e.Property(x => x.Name).HasMaxLength(30);
            e.Property(x => x.Description).HasMaxLength(100);
            e.HasKey(x => new { x.TenantId, x.Id });
            e.HasQueryFilter(x => x.TenantId == TenantId);
        });
        EventMapping.Map(modelBuilder);
        WebhookMapping.Map(modelBuilder);
        StatsMapping.Map(modelBuilder);
        EraseMapping.Map(modelBuilder, MediumBlob);
        IdentityMapping.Map(modelBuilder);
        PolicyMapping.Map(modelBuilder, MediumText);
        NodeMapping.Map(modelBuilder);
        modelBuilder.Entity<TenantSettings>(e =>
        {
            e.HasKey(x => x.TenantId);
            e.Property(x => x.Tracking).HasColumnType("text");
            e.Property(x => x.TimeZone).HasMaxLength(64);
        });
        KeepTenantsApart(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }

    // The tables that are mapped in files of their own.
    private void KeepTenantsApart(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EmailEvent>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<TenantRole>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<UserRole>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<UserGroup>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<GroupMember>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<NestedGroup>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<GroupRole>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<EraseJob>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<TenantSettings>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<WebhookEndpoint>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<WebhookDelivery>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<WebhookPost>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<DailyStats>().HasQueryFilter(x => x.TenantId == TenantId);
        modelBuilder.Entity<StatsCountedDay>().HasQueryFilter(x => x.TenantId == TenantId);
    }

    /// <summary>Column type for up to 16 MB of text.</summary>
    protected abstract string MediumText { get; }

    /// <summary>Column type for up to 16 MB of bytes.</summary>
    protected abstract string MediumBlob { get; }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && snake.Length > 0 && snake[^1] != '_')
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(c));
        }
        return snake.ToString();
    }

    // Big-endian bytes keep version 7 ids in the order of time.
    private sealed class BigEndianGuid() : ValueConverter<Guid, byte[]>(id => id.ToByteArray(true), bytes => new Guid(bytes, true));

    private sealed class UnixMilliseconds()
        : ValueConverter<DateTimeOffset, long>(at => at.ToUnixTimeMilliseconds(), ms => DateTimeOffset.FromUnixTimeMilliseconds(ms));
}

/// <summary>The schema on MySQL and MariaDB.</summary>
public sealed class MySqlMailDb(DbContextOptions<MySqlMailDb> options, Guid tenantId = default) : MailDb(options, tenantId)
{
    protected override string MediumText => "mediumtext";
    protected override string MediumBlob => "mediumblob";
}

/// <summary>The schema on SQLite.</summary>
public sealed class SqliteMailDb(DbContextOptions<SqliteMailDb> options, Guid tenantId = default) : MailDb(options, tenantId)
{
    protected override string MediumText => "text";
    protected override string MediumBlob => "blob";
}
