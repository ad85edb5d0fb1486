using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace ScaiSend.Delivery.Sending;

/// <summary>Refuses settings that this machine cannot fulfil. Asked only where mail leaves, because other machines have other addresses and files.</summary>
public sealed class MachineCheck : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = options
            .Sources.Select(source => FaultOf(source.Key, source.Value.Address))
            .Append(FaultOfCertificates(options.TrustedCertificates))
            .OfType<string>()
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? FaultOf(string name, string text)
    {
        // What is no address at all, another check tells.
        if (!IPAddress.TryParse(text, out var address))
            return null;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return null;
        }
        catch (SocketException e)
        {
            return $"{DeliveryOptions.Section}:{nameof(DeliveryOptions.Sources)}:{name}:Address is '{text}'; allowed: an address of this machine ({e.Message})";
        }
    }

    private static string? FaultOfCertificates(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return null;
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            return found.Count > 0 ? null : Fault(path, "there is none in it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Fault(path, e.Message);
        }
    }

    private static string Fault(string path, string why) =>
        $"{DeliveryOptions.Section}:{nameof(DeliveryOptions.TrustedCertificates)} is '{path}'; allowed: a file of PEM certificates ({why})";
}
