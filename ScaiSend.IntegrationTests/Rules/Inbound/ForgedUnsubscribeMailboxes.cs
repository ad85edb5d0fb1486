using CsCheck;
using ScaiSend.Delivery.Inbound;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

public sealed class ForgedUnsubscribeMailboxes
{
    private const int Rounds = 10_000;

    [Fact]
    public void Every_email_and_group_is_read_back_in_any_case() =>
        Gen.Select(Gen.Guid, Gen.Int[0, int.MaxValue], Gen.Bool)
            .Sample(
                (id, group, upper) =>
                {
                    var mailbox = Samples.Mailboxes.LocalPartOf(id, group == 0 ? null : group);
                    return mailbox.Length <= 64
                        && Samples.Mailboxes.TryReadLocalPart(upper ? mailbox.ToUpperInvariant() : mailbox, out var read, out var readGroup)
                        && read == id
                        && (readGroup ?? 0) == group;
                },
                iter: Rounds
            );

    [Fact]
    public void A_change_of_any_one_character_is_refused() =>
        Gen.Select(Gen.Guid, Gen.Int[0, 49], Gen.OneOf("abcdefghijklmnopqrstuvwxyz234567+-@ ".ToCharArray()))
            .Sample(
                (id, at, sign) =>
                {
                    var mailbox = Samples.Mailboxes.LocalPartOf(id, 7);
                    return sign == mailbox[at] || IsRefused(mailbox[..at] + sign + mailbox[(at + 1)..]);
                },
                iter: Rounds
            );

    [Fact]
    public void A_return_path_unsubscribes_nobody() =>
        Gen.Guid.Sample(
            id => IsRefused("u+" + Samples.Paths.LocalPartOf(id)[2..]) && IsRefused(Samples.Paths.LocalPartOf(id)),
            iter: Rounds
        );

    [Fact]
    public void Mail_to_one_is_a_wish_unless_a_machine_answers()
    {
        var to = $"{Samples.Mailboxes.LocalPartOf(Samples.EmailId, 7)}@bounce.example.net";

        Assert.Equal(
            new Report.Unsubscribe(Samples.EmailId, 7),
            Samples.Reader.Read("Subject: unsubscribe\r\n\r\nplease\r\n"u8.ToArray(), to)
        );
        Assert.Equal(
            new Report.AutoReply(Samples.EmailId),
            Samples.Reader.Read("Auto-Submitted: auto-replied\r\n\r\nI am away\r\n"u8.ToArray(), to)
        );
    }

    private static bool IsRefused(string localPart) =>
        !Samples.Mailboxes.TryReadLocalPart(localPart, out var id, out var group) && id == Guid.Empty && group is null;
}
