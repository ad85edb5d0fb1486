using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ScaiSend.Platform.Blobs;

/// <summary>
/// Keeps blobs in a bucket of an S3 service. What is small or knows its length goes in one request; any other stream in parts,
/// each of which is collected in a temporary file: a sender may be slow, and costs neither memory nor anybody's turn.
/// </summary>
public sealed class S3Blobs(S3Options options) : IBlobStore, IDisposable
{
    // S3 takes no smaller part but the last.
    private const int PartSize = 5 * 1024 * 1024;

    private const int PieceSize = 64 * 1024;

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

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        if (content.CanSeek)
        {
            await PutWholeAsync(key, content, cancellationToken);
            return;
        }
        var upload = new Upload(key);
        try
        {
            while (await PutNextPartAsync(upload, content, cancellationToken)) { }
            if (upload.Id is not null)
                await _s3.CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        UploadId = upload.Id,
                        PartETags = upload.Parts,
                    },
                    cancellationToken
                );
        }
        catch when (upload.Id is not null)
        {
            await AbortAsync(upload);
            throw;
        }
    }

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

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await _s3.ListObjectsV2Async(request, cancellationToken);
            foreach (var blob in page.S3Objects ?? [])
                yield return blob.Key;
            request.ContinuationToken = page.NextContinuationToken;
        } while (page.IsTruncated == true);
    }

    public void Dispose() => _s3.Dispose();

    // False when the content has ended.
    private async Task<bool> PutNextPartAsync(Upload upload, Stream content, CancellationToken cancellationToken)
    {
        await using var part = TemporaryFile.Create();
        await FillAsync(part, content, cancellationToken);
        var length = part.Length;
        part.Position = 0;
        if (upload.Id is null && length < PartSize)
            await PutWholeAsync(upload.Key, part, cancellationToken);
        else if (length > 0)
            await PutPartAsync(upload, part, cancellationToken);
        return length == PartSize;
    }

    private static async Task FillAsync(FileStream part, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (int left = PartSize, read; left > 0; left -= read)
            {
                read = await content.ReadAsync(buffer.AsMemory(0, Math.Min(left, PieceSize)), cancellationToken);
                if (read == 0)
                    return;
                await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task PutPartAsync(Upload upload, FileStream part, CancellationToken cancellationToken)
    {
        upload.Id ??= (await _s3.InitiateMultipartUploadAsync(options.Bucket, upload.Key, cancellationToken)).UploadId;
        var number = upload.Parts.Count + 1;
        var answer = await _s3.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = options.Bucket,
                Key = upload.Key,
                UploadId = upload.Id,
                PartNumber = number,
                PartSize = part.Length,
                InputStream = part,
            },
            cancellationToken
        );
        upload.Parts.Add(new PartETag(number, answer.ETag));
    }

    private async Task PutWholeAsync(string key, Stream content, CancellationToken cancellationToken) =>
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

    // An upload that is not aborted would cost room without anybody seeing it; the service's life-cycle rules are the last resort.
    private async Task AbortAsync(Upload upload)
    {
        try
        {
            await _s3.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.Id, CancellationToken.None);
        }
        catch (AmazonServiceException) { }
        catch (HttpRequestException) { }
    }

    private sealed class Upload(string key)
    {
        public string Key => key;
        public string? Id { get; set; }
        public List<PartETag> Parts { get; } = [];
    }
}
