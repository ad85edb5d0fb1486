using System.Data.Common;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>What a group commit writes with.</summary>
/// <param name="Lane">The lane that it counts its events up in, see <see cref="Events.EventLane"/>; 0 when it writes none.</param>
public sealed record Writer(DbConnection Connection, int Lane);
