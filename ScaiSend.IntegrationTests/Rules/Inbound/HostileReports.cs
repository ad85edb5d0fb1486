using System.Diagnostics;
using System.Text;
using CsCheck;
using ScaiSend.Delivery.Inbound;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

/// <summary>Whatever bytes arrive: an answer, soon, without an exception even inside, and never about an email that the mail does not prove.</summary>
public sealed class HostileReports
{
    private const int TimeBudgetSeconds = 10;

    // A slow machine shared with other tests; the limits are there to tell linear from quadratic.
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);
    private const long MostMemory = 64 * 1024 * 1024;

    private static readonly Gen<byte[]> AnySample = Gen.OneOf(Samples.Names.ToArray()).Select(name => Samples.Read(name));

    private static readonly Gen<Func<byte[], byte[]>> AnyChange = Gen.Frequency(
        (3, Gen.Double.Unit.Select(Truncated)),
        (3, Gen.Select(Gen.Double.Unit, Gen.Byte).Array[1, 8].Select(Flipped)),
        (3, Gen.Select(Gen.Double.Unit, Gen.Double.Unit, Gen.Double.Unit).Select(Repeated)),
        (2, Gen.Select(Gen.Double.Unit, Gen.Double.Unit).Select(CutOut)),
        (3, Gen.Select(Gen.Double.Unit, Gen.OneOf(Words())).Select(Inserted)),
        (1, Gen.Select(Gen.Double.Unit, Gen.Byte.Array[0, 200]).Select((at, bytes) => Inserted(at, Encoding.Latin1.GetString(bytes))))
    );

    [Fact]
    public void Damaged_reports_are_answered()
    {
        var read = 0;
        Gen.Select(AnySample, AnyChange.Array[1, 5])
            .Sample(
                (mail, changes) =>
                {
                    foreach (var change in changes)
                        mail = change(mail);
                    Interlocked.Increment(ref read);
                    return IsSound(mail, $"{Samples.Token}@bounce.example.com") && IsSound(mail, "fbl@bounce.example.com");
                },
                time: TimeBudgetSeconds
            );
        Assert.True(read > 500, $"Only {read} mails were read in {TimeBudgetSeconds} seconds");
    }

    [Fact]
    public void Any_bytes_are_answered() =>
        Gen.Select(Gen.Byte.Array[0, 2000], Gen.String[0, 100])
            .Sample((mail, recipient) => IsSound(mail, recipient) && IsSound(mail, $"{Samples.Token}@x"), time: 2);

    [Fact]
    public void A_damaged_token_is_never_believed() =>
        Gen.Select(Gen.OneOf(Samples.Names.ToArray()), Gen.Int[2, Samples.Token.Length - 1], Gen.Int[1, 31])
            .Sample(
                (name, at, step) =>
                {
                    const string signs = "abcdefghijklmnopqrstuvwxyz234567";
                    var forged = signs[(signs.IndexOf(Samples.Token[at], StringComparison.Ordinal) + step) % 32];
                    var mail = Samples.Read(name, Samples.Token[..at] + forged + Samples.Token[(at + 1)..]);
                    return Samples.Reader.Read(mail, Samples.RecipientOf(mail)) is Report.Unparseable or Report.AutoReply(null);
                },
                time: 3
            );

    public static TheoryData<string> Floods => [.. FloodsByName.Keys];

    [Theory]
    [MemberData(nameof(Floods))]
    public void A_flood_costs_little_time_and_memory(string kind)
    {
        var mail = Encoding.Latin1.GetBytes(FloodsByName[kind]());
        Samples.Reader.Read(Samples.Read("gmail-unknown"), "x@y");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();

        Assert.True(IsSound(mail, $"{Samples.Token}@bounce.example.com"));

        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(memory < MostMemory, $"{memory / 1024} KB");
        Assert.True(clock.Elapsed < LongestRead, $"{clock.Elapsed}");
        TestContext.Current.SendDiagnosticMessage("{0}: {1} ms, {2} KB", kind, clock.ElapsedMilliseconds, memory / 1024);
    }

    private const int Mega = 1024 * 1024;

    private static readonly Dictionary<string, Func<string>> FloodsByName = new()
    {
        ["nested multiparts"] = () =>
            string.Concat(Enumerable.Range(0, 20_000).Select(n => $"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")),
        ["nested messages"] = () => Times("Content-Type: message/rfc822\n\n", 2 * Mega),
        ["many parts"] = () => "Content-Type: multipart/report; boundary=b\n\n" + Times("--b\n\n", 2 * Mega),
        ["parts up to the limit"] = () =>
            "Content-Type: multipart/report; boundary=b\n\n"
            + Times("--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n", 60_000),
        ["one long field"] = () => "Subject: " + new string('x', 3 * Mega) + "\n\nbody",
        ["one long folded field"] = () => "From: " + Times("a <a@b.example>,\n ", 3 * Mega) + "\n\nbody",
        ["long folded fields up to the limit"] = () =>
            Times("From: " + Times("a <a@b.example>,\n ", 15_000) + "x\n", 3 * Mega) + "\n\nbody",
        ["one field of comments"] = () => "From: " + Times("(", 3 * Mega) + "\n\nbody",
        ["one field of encoded words"] = () => "Subject: " + Times("=?utf-8?Q?a?= ", 3 * Mega) + "\n\nbody",
        ["one field of groups"] = () => "From: " + Times("a:", 3 * Mega) + "\n\nbody",
        ["many fields"] = () => Times("A: b\n", 3 * Mega) + "\n\nbody",
        ["many fields without a colon"] = () => Times("abc\n", 3 * Mega),
        ["a type with many parameters"] = () =>
            "Content-Type: text/plain; " + string.Concat(Enumerable.Range(0, 100_000).Select(n => $"a*{n}=x;")) + "\n\nbody",
        ["a type with many equal parameters"] = () => "Content-Type: text/plain; " + Times("a=x;", 3 * Mega) + "\n\nbody",
        ["a type with a long boundary"] = () =>
            "Content-Type: multipart/mixed; boundary=\"" + new string('b', 3 * Mega) + "\"\n\n--" + new string('b', 3 * Mega) + "\n\nx",
        ["lines like a long boundary"] = () =>
            $"Content-Type: multipart/mixed; boundary=\"{new string('-', 900)}\"\n\n" + Times(new string('-', 899) + "\n", 3 * Mega),
        ["many groups of a status"] = () => "Content-Type: message/delivery-status\n\n" + Times("A: b\n\n", 3 * Mega),
        ["an endless status"] = () => "Content-Type: message/delivery-status\n\n" + Times("Action: failed\nStatus: 5.1.1\n", 3 * Mega),
        ["an endless diagnosis"] = () =>
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nDiagnostic-Code: smtp; "
            + Times("550-5.1.1 ", 7_000)
            + "\n",
        ["an endless feedback report"] = () => "Content-Type: message/feedback-report\n\n" + Times("Feedback-Type: abuse\n", 3 * Mega),
        ["many would-be tokens"] = () => "Subject: failure notice\n\n" + Times("b+" + new string('a', 48), 3 * Mega),
        ["many would-be tokens' beginnings"] = () => "Subject: failure notice\n\n" + Times("b+", 3 * Mega),
        ["text of numbers"] = () => "From: mailer-daemon@x.example\n\n" + Times("550 5.1.1.", 3 * Mega),
        ["text of digits"] = () => "From: mailer-daemon@x.example\n\n" + Times("5", 3 * Mega),
        ["text of quotes"] = () => "From: mailer-daemon@x.example\n\n" + Times("@\n\n<a@b>:\n--- Original message", 3 * Mega),
        ["base64 of nothing"] = () =>
            "From: mailer-daemon@x.example\nContent-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-7\n\n"
            + Times("=\n", 3 * Mega),
    };

    private static string Times(string text, int length) => string.Concat(Enumerable.Repeat(text, length / text.Length));

    private static bool IsSound(byte[] mail, string recipient)
    {
        var clock = Stopwatch.StartNew();
        var report = Samples.Reader.Read(mail, recipient);
        var id = report switch
        {
            Report.Failed failed => failed.EmailId,
            Report.Delayed delayed => delayed.EmailId,
            Report.Relayed relayed => relayed.EmailId,
            Report.Complaint complaint => complaint.EmailId,
            Report.AutoReply reply => reply.EmailId ?? Samples.EmailId,
            Report.Unparseable unparseable => unparseable.Why.Contains("parser failed", StringComparison.Ordinal)
                ? Guid.Empty
                : Samples.EmailId,
            _ => Guid.Empty,
        };
        Assert.True(id == Samples.EmailId, report.ToString());
        Assert.True(report is not Report.Failed { Reason.Length: > 1010 });
        Assert.True(clock.Elapsed < LongestRead, $"{clock.Elapsed}");
        return true;
    }

    private static Func<byte[], byte[]> Truncated(double at) => mail => mail[..(int)(at * mail.Length)];

    private static Func<byte[], byte[]> Flipped((double At, byte Bits)[] flips) =>
        mail =>
        {
            var changed = mail.ToArray();
            foreach (var (at, bits) in flips)
                if (changed.Length > 0)
                    changed[(int)(at * changed.Length) % changed.Length] ^= bits;
            return changed;
        };

    private static Func<byte[], byte[]> Repeated(double from, double to, double at) =>
        mail =>
        {
            var piece = Piece(mail, from, to);
            var place = (int)(at * mail.Length);
            return [.. mail[..place], .. piece, .. mail[place..]];
        };

    private static Func<byte[], byte[]> CutOut(double from, double to) =>
        mail =>
        {
            var (start, end) = Between(mail, from, to);
            return [.. mail[..start], .. mail[end..]];
        };

    private static Func<byte[], byte[]> Inserted(double at, string text) =>
        mail =>
        {
            var place = (int)(at * mail.Length);
            return [.. mail[..place], .. Encoding.Latin1.GetBytes(text), .. mail[place..]];
        };

    private static byte[] Piece(byte[] mail, double from, double to)
    {
        var (start, end) = Between(mail, from, to);
        return mail[start..end];
    }

    private static (int Start, int End) Between(byte[] mail, double from, double to) =>
        ((int)(Math.Min(from, to) * mail.Length), (int)(Math.Max(from, to) * mail.Length));

    private static string[] Words() =>
        [
            "\r\n\r\n",
            "\r\n",
            "\0",
            "\r\n ",
            "\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
            "\r\nContent-Type: message/rfc822\r\n\r\n",
            "\r\nContent-Type: message/delivery-status\r\n\r\n",
            "\r\nContent-Type: message/feedback-report\r\n\r\n",
            "\r\nContent-Type: message/external-body; access-type=x\r\n\r\n",
            "\r\nContent-Type: message/partial; number=-1; total=x\r\n\r\n",
            "\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n",
            "\r\nContent-Type: text/plain; charset=no-such\r\n\r\n",
            "\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n",
            "\r\nContent-Type: text/html; charset=iso-2022-jp\r\n\r\n",
            "\r\nContent-Type: application/ms-tnef\r\n\r\n",
            "\r\nContent-Type: ;;;\r\n",
            "\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "\r\nContent-Transfer-Encoding: uuencode\r\n\r\n",
            "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n",
            "\r\nFrom x\r\n",
            "\r\nX-Failed-Recipients: a\r\n",
            "\r\nStatus: 5\r\n",
            "\r\nStatus: 5.1.1\r\n",
            "\r\nStatus: 99999999999.1.1\r\n",
            "\r\nAction: failed\r\n",
            "\r\nAction: \r\n",
            "\r\nDiagnostic-Code: ;;;550\r\n",
            "\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n",
            "\r\nSubject: =?utf-8?B?////?=\r\n",
            "Hi. This is the qmail-send",
            new string('(', 3000),
            new string('a', 9000),
        ];
}
