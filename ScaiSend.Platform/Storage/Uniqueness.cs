using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage;

/// <summary>Saving where two requests may have looked at the same time: the unique index decides.</summary>
public static class Uniqueness
{
    /// <summary>Saves; false when another was faster.</summary>
    /// <param name="isTaken">Asked only when saving failed: whether somebody else has what should be ours alone.</param>
    public static async Task<bool> SaveUnlessTakenAsync(
        this MailDb db,
        Func<MailDb, Task<bool>> isTaken,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            if (await isTaken(db))
                return false;
            throw;
        }
    }
}
