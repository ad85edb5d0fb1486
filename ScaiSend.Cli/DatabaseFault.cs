using System.Data.Common;

namespace ScaiSend.Cli;

/// <summary>What a command says when the database is away or does not do what it is asked.</summary>
internal static class DatabaseFault
{
    /// <summary>It in a sentence; null when something else is wrong. Whatever has tried again has wrapped what the database said.</summary>
    public static string? Of(Exception? e) =>
        e switch
        {
            null => null,
            DbException or TimeoutException => $"The database cannot be used: {e.Message}",
            _ => Of(e.InnerException),
        };
}
