using System.Security.Cryptography;
using System.Text;
using ScaiSend.Platform.Policies.Reading;
using ScaiSend.Platform.Storage.Policies;

namespace ScaiSend.Platform.Policies;

/// <summary>The operator's policy file: finds it, reads it, and says what is wrong with it in lines of file, line, column and words.</summary>
/// <param name="path">As set; when empty, <c>delivery.yaml</c> in the working directory counts if there is one.</param>
public sealed class PolicyFile(string? path)
{
    public const string DefaultName = "delivery.yaml";

    private readonly bool _isSet = !string.IsNullOrEmpty(path);

    public string Path { get; } = string.IsNullOrEmpty(path) ? DefaultName : path;

    /// <summary>The file's text as it is now.</summary>
    /// <returns>Null when there is no file and none is asked for.</returns>
    /// <exception cref="PolicyException">The file cannot be read.</exception>
    public string? ReadText()
    {
        if (!_isSet && !File.Exists(Path))
            return null;
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A device or a pipe has no end.
            var buffer = new byte[PolicyText.Longest + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length == buffer.Length)
                throw new PolicyException([$"{Path}: the file is longer than {PolicyText.Longest} bytes"]);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new PolicyException([$"{Path}: the file is not UTF-8"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException([$"{Path}: the file cannot be read: {e.Message}"]);
        }
    }

    /// <summary>What the text says, with the starting set below it; of no text, the starting set.</summary>
    /// <exception cref="PolicyException">The text is no policy.</exception>
    public PolicyInForce Read(string? text, DateTimeOffset now)
    {
        if (text is null)
            return new PolicyInForce(StartingSet.Policy, null, null, now, null);
        var reading = PolicyText.Read(text, StartingSet.Policy);
        return reading.Policy is { } policy
            ? new PolicyInForce(policy, System.IO.Path.GetFullPath(Path), HashOf(text), now, null) { Text = text }
            : throw new PolicyException([.. reading.Faults.Select(fault => $"{Path}:{fault}")]);
    }

    /// <summary>The same of a revision.</summary>
    /// <exception cref="PolicyException">The text is no policy for this version.</exception>
    public static PolicyInForce Read(PolicyRevision revision, string text, DateTimeOffset now)
    {
        var reading = PolicyText.Read(text, StartingSet.Policy);
        return reading.Policy is { } policy
            ? new PolicyInForce(policy, null, HashOf(text), now, null) { Revision = revision.Number, Text = text }
            : throw new PolicyException([.. reading.Faults.Select(fault => $"revision {revision.Number}:{fault}")]);
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

/// <summary>A policy file is wrong; each error says where and what is allowed.</summary>
public sealed class PolicyException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
