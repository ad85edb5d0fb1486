using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using static ScaiSend.IntegrationTests.Rules.Explanation.Lives;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Mail that a server took or refused, or that was given up.</summary>
internal static class CasesSent
{
    public static Dictionary<string, Case> All { get; } =
        new()
        {
            // Delivered
            ["delivered"] = new(
                DeliverAsync,
                Situation.Delivered,
                "The receiving server took it at 2026-11-25 12:00:03 UTC: 250 2.0.0 OK",
                null,
                "contact_receiver",
                Unknown: "inbox",
                Because: "The receiving server took it (250)"
            ),
            ["delivered and opened"] = new(
                async life =>
                {
                    await DeliverAsync(life);
                    life.Advance(TimeSpan.FromHours(1));
                    await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
                },
                Situation.Delivered,
                "took it",
                null,
                "nothing"
            ),
            ["delivered and called spam"] = new(
                async life =>
                {
                    await DeliverAsync(life);
                    await life.TellAsync(_ => new ComplaintReported(Id, "abuse", "b.test"));
                },
                Situation.Delivered,
                "took it",
                null,
                "nothing",
                Unknown: "Whether it was read"
            ),
            // Bounced
            ["an unknown user"] = new(
                life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
                Situation.BouncedHard,
                "the address is wrong or closed: 550 5.1.1 no such user",
                null,
                "remove_suppression fix_recipient"
            ),
            ["a domain without mail"] = new(
                life => RefuseAsync(life, BounceClass.Hard, null, "5.1.10", "The domain takes no mail (null MX)"),
                Situation.BouncedHard,
                "without asking any server. The receiving domain takes no mail, as it says in DNS: The domain takes no mail (null MX)",
                null,
                "remove_suppression fix_recipient",
                Because: "The receiving domain takes no mail"
            ),
            ["a mail host without an address"] = new(
                life => RefuseAsync(life, BounceClass.Hard, null, "5.4.4", "The mail host mx.b.test has no address"),
                Situation.BouncedHard,
                "The mail host of the receiving domain has no address in DNS",
                null,
                "remove_suppression contact_receiver fix_recipient"
            ),
            ["a full mailbox"] = new(
                life => RefuseAsync(life, BounceClass.Soft, 552, "5.2.2", "5.2.2 mailbox full"),
                Situation.BouncedSoft,
                "trying again would not cure: 552 5.2.2 mailbox full",
                null,
                "contact_receiver send_again"
            ),
            ["a block"] = new(
                life => RefuseAsync(life, BounceClass.Block, 550, "5.7.1", "5.7.1 looks like spam"),
                Situation.Blocked,
                "not because of the address: 550 5.7.1 looks like spam",
                null,
                "contact_receiver send_again"
            ),
            ["a block for want of proof"] = new(
                life => RefuseAsync(life, BounceClass.Block, 550, "5.7.26", "5.7.26 not authenticated"),
                Situation.Blocked,
                "not because of the address",
                null,
                "fix_domain contact_receiver send_again"
            ),
            ["a block for a missing reverse name"] = new(
                life => RefuseAsync(life, BounceClass.Block, 550, "5.7.25", "5.7.25 no PTR"),
                Situation.Blocked,
                "not because of the address",
                null,
                "fix_dns contact_receiver send_again"
            ),
            ["expired after attempts"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromHours(72));
                    life.Wake();
                    await life.TellAsync(v => new DeadlinePassed(Id, v));
                },
                Situation.Expired,
                "given up at its deadline, after 1 attempt. Of the last one: the receiving server does not take it for now",
                null,
                "send_again",
                Because: "Its deadline came"
            ),
            ["expired without an attempt"] = new(
                async life =>
                {
                    life.Advance(TimeSpan.FromHours(72));
                    life.Wake();
                    await life.TellAsync(v => new DeadlinePassed(Id, v));
                },
                Situation.Expired,
                "before any server was asked",
                null,
                "send_again"
            ),
            ["a deferral at the deadline"] = new(
                async life =>
                {
                    await StartAsync(life);
                    life.Advance(TimeSpan.FromHours(73));
                    await life.TellAsync(v => new DeliveryDeferred(Id, v, Attempt(life), "mail/x"));
                },
                Situation.Expired,
                "given up at its deadline",
                null,
                "send_again"
            ),
            ["came back after delivery"] = new(
                async life =>
                {
                    await DeliverAsync(life);
                    await life.TellAsync(_ => new BounceReported(Id, BounceClass.Hard, "5.1.1", "no such user", "mx.test"));
                },
                Situation.BouncedAfterDelivery,
                "reported later that it could not be delivered: no such user",
                null,
                "remove_suppression contact_receiver fix_recipient",
                Because: "mx.test reported that it could not be delivered after all"
            ),
        };
}
