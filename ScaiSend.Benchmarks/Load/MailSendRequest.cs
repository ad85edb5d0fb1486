using System.Globalization;
using System.Text;

namespace ScaiSend.Benchmarks.Load;

/// <summary>
/// A whole HTTP request for <c>POST /v3/mail/send</c>, built once. Only the number in subject and recipient changes from one to the next,
/// so the load generator costs little beside what it measures.
/// </summary>
public sealed class MailSendRequest
{
    private const int Digits = 9;
    private const string NumberMark = "#########";

    // Header fields and MIME borders of the rendered mail; the rest of the wanted size is text and html.
    private const int AroundTheContent = 600;

    private readonly byte[] request;
    private readonly int[] numberPositions;

    /// <summary>A request whose rendered mail is about <paramref name="mailSize"/> bytes.</summary>
    /// <param name="recipient">With <c>{n}</c> where the number goes.</param>
    public MailSendRequest(string host, string key, string recipient, int mailSize)
    {
        var json = Json(recipient.Replace("{n}", NumberMark, StringComparison.Ordinal), mailSize);
        request = Encoding.ASCII.GetBytes(
            $"POST /v3/mail/send HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"
        );
        BodyLength = json.Length;
        numberPositions = [.. Positions(request)];
    }

    /// <summary>Size of the JSON body.</summary>
    public int BodyLength { get; }

    /// <summary>A copy for one connection, which <see cref="Number"/> then changes in place.</summary>
    public byte[] Copy() => (byte[])request.Clone();

    /// <summary>Writes the number into a copy.</summary>
    public void Number(byte[] copy, int number)
    {
        foreach (var position in numberPositions)
            number.TryFormat(copy.AsSpan(position, Digits), out _, "D9", CultureInfo.InvariantCulture);
    }

    /// <summary>The JSON body alone.</summary>
    public static string Json(string recipient, int mailSize)
    {
        var half = Math.Max(80, (mailSize - AroundTheContent) / 2);
        return $$"""{"personalizations":[{"to":[{"email":"{{recipient}}"}]}],"from":{"email":"news@example.test","name":"Example News"},"""
            + $$""" "subject":"Your order {{NumberMark}} is on its way","content":["""
            + $$"""{"type":"text/plain","value":"{{Text(half)}}"},{"type":"text/html","value":"{{Html(half)}}"}]}""";
    }

    private static string Text(int size)
    {
        var text = new StringBuilder();
        for (var line = 1; text.Length < size; line++)
            text.Append(CultureInfo.InvariantCulture, $"Line {line:0000}: the parcel left our house today and will be with you soon.\\n");
        return text.ToString();
    }

    private static string Html(int size)
    {
        var html = new StringBuilder("<html><body>\\n");
        for (var line = 1; html.Length < size; line++)
            html.Append(CultureInfo.InvariantCulture, $"<p>Line {line:0000}: the parcel left our house today, see you soon.</p>\\n");
        return html.Append("</body></html>\\n").ToString();
    }

    private static IEnumerable<int> Positions(byte[] request)
    {
        var mark = Encoding.ASCII.GetBytes(NumberMark);
        for (var at = request.AsSpan().IndexOf(mark); at >= 0; )
        {
            yield return at;
            var next = request.AsSpan(at + Digits).IndexOf(mark);
            at = next < 0 ? -1 : at + Digits + next;
        }
    }
}
