namespace ScaiSend.Platform.Blobs;

/// <summary>Where attachments, large and spooled mail are kept. Section <c>Blobs</c>.</summary>
public sealed class BlobOptions
{
    /// <summary>Folder of the blobs; used when <see cref="S3"/> names no service. All roles must see the same folder.</summary>
    public string Folder { get; set; } = "data/blobs";

    /// <summary>An S3 service, for several machines.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (S3.ServiceUrl.Length == 0 && Folder.Length == 0)
            yield return "Blobs:Folder is empty; allowed is a folder that all roles share, or set Blobs:S3:ServiceUrl";
        if (S3.ServiceUrl.Length == 0)
            yield break;
        if (!Uri.TryCreate(S3.ServiceUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            yield return $"Blobs:S3:ServiceUrl is '{S3.ServiceUrl}'; allowed is an http or https URL";
        if (S3.Bucket.Length == 0 || S3.AccessKey.Length == 0 || S3.SecretKey.Length == 0)
            yield return "Blobs:S3:Bucket, Blobs:S3:AccessKey and Blobs:S3:SecretKey must be set together with Blobs:S3:ServiceUrl";
    }
}

/// <summary>An S3 service (AWS, Garage, MinIO …).</summary>
public sealed class S3Options
{
    public string ServiceUrl { get; set; } = "";
    public string Bucket { get; set; } = "";
    public string AccessKey { get; set; } = "";
    public string SecretKey { get; set; } = "";
    public string Region { get; set; } = "us-east-1";
}
