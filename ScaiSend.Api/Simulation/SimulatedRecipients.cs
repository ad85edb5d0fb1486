using Microsoft.Extensions.Options;
using ScaiSend.Api.MailSend;
using ScaiSend.Contracts.Messages;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Platform.Simulation;

namespace ScaiSend.Api.Simulation;

/// <summary>Decides at the door which recipients of a request are only simulated: those at the reserved domain always, all others when the header says so.</summary>
public sealed class SimulatedRecipients(IOptions<SimulatorOptions> options)
{
    private readonly string _domain = options.Value.Domain;

    /// <summary>The mail, marked when a recipient is simulated. A sandbox request stays one.</summary>
    /// <param name="isTest">Whether the key is a test key, whose other recipients have no emails.</param>
    public ParsedMail Mark(ParsedMail mail, Scenario? others, bool isTest)
    {
        if (mail.IsSandbox || others is null && !HasReserved(mail))
            return mail;
        var simulator = new Simulator(_domain, others) { IsTest = isTest };
        return mail with { Simulator = simulator, SettingsJson = simulator.AddTo(mail.SettingsJson) };
    }

    // Every request is asked, so nothing is made for it.
    private bool HasReserved(ParsedMail mail)
    {
        for (var i = 0; i < mail.Personalizations.Count; i++)
        {
            var recipients = mail.Personalizations[i].Personalization;
            if (HasReserved(recipients.To) || HasReserved(recipients.Cc) || HasReserved(recipients.Bcc))
                return true;
        }
        return false;
    }

    private bool HasReserved(IReadOnlyList<Address> addresses)
    {
        for (var i = 0; i < addresses.Count; i++)
            if (Simulator.IsAt(addresses[i].Email, _domain))
                return true;
        return false;
    }
}
