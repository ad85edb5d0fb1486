using Amazon.Runtime;

namespace ScaiSend.Platform.Blobs;

/// <summary>Which exceptions of a store say that it is away or refuses.</summary>
public static class BlobTrouble
{
    public static bool Is(Exception e) => e is IOException or HttpRequestException or AmazonServiceException or AmazonClientException;
}
