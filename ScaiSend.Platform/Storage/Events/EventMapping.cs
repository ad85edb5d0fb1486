using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>The tables of events.</summary>
internal static class EventMapping
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<EmailEvent>(e =>
        {
            e.ToTable("events");
            // The order in which they are written: new ones go to the end of a lane.
            e.HasKey(x => new { x.Lane, x.Position });
            e.Property(x => x.Type).HasMaxLength(20);
            e.Property(x => x.Reason).HasMaxLength(1000);
            e.Property(x => x.Data).HasColumnType("text");
            // An email's timeline.
            e.HasIndex(x => new { x.EmailId, x.Number }).IsUnique();
            // A tenant's feed.
            e.HasIndex(x => new
            {
                x.TenantId,
                x.Lane,
                x.Position,
            });
        });
        model.Entity<EventLane>(e =>
        {
            e.ToTable("event_lanes");
            e.HasKey(x => x.Lane);
        });
    }
}
