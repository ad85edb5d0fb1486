using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>
/// A small DNS server on 127.0.0.1, UDP and TCP, that says what a test has told it to say (RFC 1035 §4.1).
/// A name that it was not told about does not exist; a name without the asked type has no data.
/// </summary>
public sealed class DnsResponder : IAsyncDisposable
{
    private const ushort A = 1;
    private const ushort Ptr = 12;
    private const ushort Mx = 15;
    private const ushort Txt = 16;
    private const ushort AaaaType = 28;

    private enum Mood
    {
        Answers,
        Fails,
        IsSilent,
        Truncates,
    }

    private sealed record Entry(ushort Type, uint Ttl, byte[] Data);

    private readonly ConcurrentDictionary<string, List<Entry>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Mood> _moods = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _questions = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly Task _serving;

    private DnsResponder()
    {
        (_udp, _tcp) = BindBoth();
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>As a setting: <c>127.0.0.1:port</c>.</summary>
    public string Address => _udp.Client.LocalEndPoint!.ToString()!;

    public static DnsResponder Start() => new();

    public DnsResponder HasMx(string name, int preference, string host, uint ttl = 300) =>
        Has(name, Mx, ttl, [(byte)(preference >> 8), (byte)preference, .. Labels(host)]);

    /// <summary>RFC 7505 §3</summary>
    public DnsResponder HasNullMx(string name) => HasMx(name, 0, "");

    public DnsResponder HasAddress(string name, string address, uint ttl = 300)
    {
        var ip = IPAddress.Parse(address);
        return Has(name, ip.AddressFamily == AddressFamily.InterNetwork ? A : AaaaType, ttl, ip.GetAddressBytes());
    }

    /// <summary>The address has the name (RFC 1035 §3.5); IPv4 alone.</summary>
    public DnsResponder HasName(string address, string name) =>
        Has($"{string.Join('.', IPAddress.Parse(address).GetAddressBytes().Reverse())}.in-addr.arpa", Ptr, 300, Labels(name));

    /// <summary>RFC 1035 §3.3.14: in strings of at most 255 octets.</summary>
    public DnsResponder HasText(string name, string text, uint ttl = 300) =>
        Has(name, Txt, ttl, [.. Encoding.ASCII.GetBytes(text).Chunk(255).SelectMany(part => part.Prepend((byte)part.Length))]);

    /// <summary>The name exists, with no records.</summary>
    public DnsResponder Exists(string name)
    {
        _names.GetOrAdd(name, _ => []);
        return this;
    }

    /// <summary>Forgets what was said about the name.</summary>
    public DnsResponder Forget(string name)
    {
        _names.TryRemove(name, out _);
        _moods.TryRemove(name, out _);
        return this;
    }

    public DnsResponder Fails(string name) => Feels(name, Mood.Fails);

    public DnsResponder IsSilent(string name) => Feels(name, Mood.IsSilent);

    /// <summary>Answers over UDP with nothing but the truncation bit; over TCP fully.</summary>
    public DnsResponder Truncates(string name) => Feels(name, Mood.Truncates);

    /// <summary>How often the name was asked for, whatever the type.</summary>
    /// <summary>Every name that was asked for.</summary>
    public IReadOnlyCollection<string> Asked => [.. _questions.Keys];

    public int QuestionsFor(string name) => _questions.GetValueOrDefault(name);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private DnsResponder Has(string name, ushort type, uint ttl, byte[] data)
    {
        var entries = _names.GetOrAdd(name, _ => []);
        lock (entries)
            entries.Add(new Entry(type, ttl, data));
        return this;
    }

    private DnsResponder Feels(string name, Mood mood)
    {
        _moods[name] = mood;
        return this;
    }

    // A free UDP port may be taken for TCP, so a few are tried.
    private static (UdpClient, TcpListener) BindBoth()
    {
        for (var tries = 20; ; tries--)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException) when (tries > 0)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                var question = await _udp.ReceiveAsync(_stop.Token);
                if (AnswerTo(question.Buffer, isTcp: false) is { } answer)
                    await _udp.SendAsync(answer, question.RemoteEndPoint, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, _stop.Token);
                if (AnswerTo(question, isTcp: true) is not { } answer)
                    continue;
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException) { }
    }

    private byte[]? AnswerTo(byte[] question, bool isTcp)
    {
        var (name, end) = ReadName(question, 12);
        var type = BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(end));
        _questions.AddOrUpdate(name, 1, (_, n) => n + 1);
        var mood = _moods.GetValueOrDefault(name, Mood.Answers);
        if (mood == Mood.IsSilent)
            return null;
        var entries = Matching(name, type);
        var isTruncated = mood == Mood.Truncates && !isTcp;
        var code =
            mood == Mood.Fails ? 2
            : _names.ContainsKey(name) ? 0
            : 3;
        if (isTruncated || code != 0)
            entries = [];
        List<byte> answer =
        [
            question[0],
            question[1],
            (byte)(isTruncated ? 0x87 : 0x85),
            (byte)(0x80 | code),
            0,
            1,
            0,
            (byte)entries.Count,
            0,
            0,
            0,
            0,
            .. question[12..(end + 4)],
        ];
        var ttl = new byte[4];
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt32BigEndian(ttl, entry.Ttl);
            // 0xC00C points at the question's name.
            answer.AddRange([
                0xC0,
                0x0C,
                0,
                (byte)entry.Type,
                0,
                1,
                .. ttl,
                (byte)(entry.Data.Length >> 8),
                (byte)entry.Data.Length,
                .. entry.Data,
            ]);
        }
        return [.. answer];
    }

    private List<Entry> Matching(string name, ushort type)
    {
        if (!_names.TryGetValue(name, out var entries))
            return [];
        lock (entries)
            return [.. entries.Where(e => e.Type == type)];
    }

    private static (string Name, int End) ReadName(byte[] message, int at)
    {
        var labels = new List<string>();
        for (; message[at] != 0; at += message[at] + 1)
            labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
        return (string.Join('.', labels), at + 1);
    }

    private static byte[] Labels(string name) =>
        [
            .. name.Split('.', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]),
            0,
        ];
}
