using Amazon.Runtime;

namespace ScaiSend.Delivery.Files;

/// <summary>An attachment could not be read. The message is for the sender: it names neither key nor place.</summary>
public sealed class FileTroubleException(string message, bool isGone = false, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the store has no such attachment; else it may have it again later.</summary>
    public bool IsGone => isGone;

    /// <summary>Whatever a store throws is trouble of the store; its own words may name paths, hosts and keys.</summary>
    public static FileTroubleException Of(Exception cause) =>
        cause as FileTroubleException
        ?? new FileTroubleException(
            cause switch
            {
                OperationCanceledException or TimeoutException => "The blob store did not answer in time",
                AmazonServiceException e => $"The blob store did not answer: {(int)e.StatusCode} {e.ErrorCode}",
                _ => $"The blob store did not answer: {cause.GetType().Name}",
            },
            cause: cause
        );
}
