using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Erasure;

/// <summary>A tenant's order to erase what is kept of some addresses: the order, how far it is, and at the end the proof.</summary>
public sealed class EraseJob : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>What came later is not meant.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody has to go on with it: the end of the lease of whoever is at it. Null when it is done.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>JSON array of the addresses, sealed; null when the job is done.</summary>
    public byte[]? SealedAddresses { get; set; }

    /// <summary>The addresses' suppression keys, 16 bytes each: who was erased can be asked, not read.</summary>
    public required byte[] AddressKeys { get; init; }

    /// <summary>Sandbox messages have no emails to be found by, so they are walked through; everything up to this message is done.</summary>
    public Guid? WalkedTo { get; set; }

    /// <summary>JSON of what was found and removed so far.</summary>
    public required string Counts { get; set; }

    /// <summary>Messages that have not ended at the last look, and so are not erased.</summary>
    public int Waiting { get; set; }

    /// <summary>Rows in which the last look still found one of the addresses.</summary>
    public int Remaining { get; set; }
}

/// <summary>The table of erasures.</summary>
internal static class EraseMapping
{
    public static void Map(ModelBuilder model, string mediumBlob) =>
        model.Entity<EraseJob>(e =>
        {
            e.ToTable("erase_jobs");
            e.Property(x => x.SealedAddresses).HasColumnType(mediumBlob);
            e.Property(x => x.AddressKeys).HasColumnType(mediumBlob);
            e.Property(x => x.Counts).HasColumnType("text");
            // What somebody has to go on with.
            e.HasIndex(x => x.DueAt);
        });
}
