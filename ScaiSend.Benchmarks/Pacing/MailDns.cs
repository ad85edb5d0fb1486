using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScaiSend.Benchmarks.Pacing;

/// <summary>A DNS server for the run's domains over UDP: each has one mail host below it, and that one address (RFC 1035 §4.1).</summary>
public sealed class MailDns : IAsyncDisposable
{
    private const ushort A = 1;
    private const ushort Mx = 15;
    private const string Host = "mx.";

    private readonly IReadOnlyDictionary<string, IPAddress> domains;
    private readonly UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource stopping = new();
    private readonly Task serving;

    public MailDns(IReadOnlyDictionary<string, IPAddress> domains)
    {
        this.domains = domains;
        serving = ServeAsync();
    }

    public string Address => udp.Client.LocalEndPoint!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving;
        udp.Dispose();
        stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await udp.ReceiveAsync(stopping.Token);
                await udp.SendAsync(Answer(question.Buffer), question.RemoteEndPoint, stopping.Token);
            }
        }
        catch (OperationCanceledException) { }
    }

    private byte[] Answer(byte[] question)
    {
        var (name, end) = ReadName(question);
        var type = (question[end] << 8) | question[end + 1];
        byte[]? data = type switch
        {
            Mx when domains.ContainsKey(name) => [0, 10, .. Labels(Host + name)],
            A when name.StartsWith(Host, StringComparison.Ordinal) && domains.TryGetValue(name[Host.Length..], out var address) =>
                address.GetAddressBytes(),
            _ => null,
        };
        byte[] head = [question[0], question[1], 0x85, 0x80, 0, 1, 0, (byte)(data is null ? 0 : 1), 0, 0, 0, 0];
        byte[] answer = data is null ? [] : [0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0x0E, 0x10, 0, (byte)data.Length, .. data];
        return [.. head, .. question[12..(end + 4)], .. answer];
    }

    private static (string Name, int End) ReadName(byte[] question)
    {
        var (labels, at) = (new List<string>(), 12);
        for (; question[at] != 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]).ToLowerInvariant());
        return (string.Join('.', labels), at + 1);
    }

    private static IEnumerable<byte> Labels(string name) =>
        name.Split('.').SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)).Append((byte)0);
}
