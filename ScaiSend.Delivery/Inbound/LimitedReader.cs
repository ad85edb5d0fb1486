using System.Buffers;
using System.IO.Pipelines;
using SmtpServer.Protocol;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// What the SmtpServer package reads from a client, within limits that the package does not have: the length of a command, the time for it,
/// the number of commands and errors, and an answer to a mail that is too large. It understands nothing but the ends of lines and mails.
/// </summary>
/// <remarks>
/// The package answers an <see cref="SmtpResponseException"/> that a command's reading throws. One that a mail's reading throws it swallows, so there it
/// is thrown again at the next read.
/// </remarks>
public sealed class LimitedReader(PipeReader inner, SessionLimits limits) : PipeReader
{
    /// <summary>RFC 5321 §4.5.3.1.4 asks for 512 at least; extensions add to it.</summary>
    public const int MaxCommandLength = 2048;

    /// <summary>How much of a mail that is too large is read and thrown away, so that its sender gets to read the answer: so many times the limit.</summary>
    private const int MaxWaste = 20;

    private static readonly SmtpResponse TooLong = new(SmtpReplyCode.CommandUnrecognized, "5.5.2 Line too long");
    private static readonly SmtpResponse TooLarge = new(SmtpReplyCode.SizeLimitExceeded, "5.3.4 Message too large");

    private SmtpResponse? _lastWords;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_lastWords is not null)
            throw new SmtpResponseException(_lastWords, quit: true);
        if (limits.Overrun is { } overrun)
            End(overrun);
        var result = await ReadInTimeAsync(cancellationToken);
        if (limits.IsReadingMail)
        {
            if (result.Buffer.Length > limits.MaxSize && EndOfMail(result.Buffer.Slice(0, limits.MaxSize)) is null)
                await RefuseMailAsync(result, cancellationToken);
        }
        else if (result.Buffer.Length > MaxCommandLength && !HasLineEnd(result.Buffer.Slice(0, MaxCommandLength)))
        {
            inner.AdvanceTo(result.Buffer.End);
            End(TooLong);
        }
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    private async ValueTask<ReadResult> ReadInTimeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.Wait);
        try
        {
            return await inner.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            End(limits.Overrun ?? SessionLimits.TooSlow);
            throw;
        }
    }

    private async Task RefuseMailAsync(ReadResult result, CancellationToken cancellationToken)
    {
        var wasted = 0L;
        while (!result.IsCompleted && wasted <= (long)limits.MaxSize * MaxWaste)
        {
            if (EndOfMail(result.Buffer) is { } end)
            {
                inner.AdvanceTo(end);
                End(TooLarge);
            }
            // The end may be cut in two.
            var rest = Math.Min(result.Buffer.Length, Dot.Length - 1);
            wasted += result.Buffer.Length - rest;
            inner.AdvanceTo(result.Buffer.GetPosition(result.Buffer.Length - rest), result.Buffer.End);
            result = await ReadInTimeAsync(cancellationToken);
        }
        inner.AdvanceTo(result.Buffer.End);
        End(TooLarge);
    }

    private void End(SmtpResponse words)
    {
        _lastWords = words;
        throw new SmtpResponseException(words, quit: true);
    }

    private static ReadOnlySpan<byte> Dot => "\r\n.\r\n"u8;

    private static SequencePosition? EndOfMail(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, Dot) ? reader.Position : null;
    }

    private static bool HasLineEnd(ReadOnlySequence<byte> buffer) =>
        new SequenceReader<byte>(buffer).TryReadTo(out ReadOnlySequence<byte> _, "\r\n"u8);
}
