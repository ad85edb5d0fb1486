using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ScaiSend.Platform.Blobs;

/// <summary>Keeps blobs in a bucket of an S3 service.</summary>
public sealed class S3Blobs(S3Options options) : IBlobStore, IDisposable
{
    private readonly AmazonS3Client _s3 = new(
        new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = options.ServiceUrl,
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            // Garage, MinIO and s3rver do not all know the SDK's newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        }
    );

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken) =>
        await _s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = options.Bucket,
                Key = key,
                InputStream = content,
                AutoCloseStream = false,
            },
            cancellationToken
        );

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _s3.GetObjectAsync(options.Bucket, key, cancellationToken);
            return answer.ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        await _s3.DeleteObjectAsync(options.Bucket, key, cancellationToken);

    public void Dispose() => _s3.Dispose();
}
