namespace ScaiSend.Platform.Storage;

/// <summary>A row that belongs to one tenant; queries see only the active tenant's.</summary>
public interface IOfTenant
{
    Guid TenantId { get; }
}
