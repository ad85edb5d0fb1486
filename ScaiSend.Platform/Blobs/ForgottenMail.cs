using Microsoft.Extensions.Logging;

namespace ScaiSend.Platform.Blobs;

/// <summary>Deletes the bytes of an email that has ended.</summary>
public static class ForgottenMail
{
    /// <summary>What a failure leaves behind costs only room.</summary>
    public static async Task ForgetMailAsync(this IBlobStore blobs, string key, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.DeleteAsync(key, cancellationToken);
        }
        catch (Exception e) when (BlobTrouble.Is(e))
        {
            log.LogWarning("The spooled mail {Key} could not be deleted: {Reason}", key, e.Message);
        }
    }
}
