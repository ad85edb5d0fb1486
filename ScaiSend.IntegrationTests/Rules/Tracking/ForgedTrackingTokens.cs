using CsCheck;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Tenancy;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class ForgedTrackingTokens
{
    private const int Rounds = 5_000;
    private const string Signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const string Url = "https://example.com/a?b=c&d=%20";
    private static readonly Guid EmailId = Guid.Parse("01999999-1111-7222-8333-444444444444");
    private static readonly Guid TenantId = Guid.Parse("01999999-5555-7666-8777-888888888888");
    private static readonly TrackingTokens Tokens = TokensOf(new byte[32]);

    private static readonly Gen<char> OtherSigns = Gen.OneOf(
        Gen.OneOf(Signs.ToCharArray()),
        Gen.OneOf("+/= \t\r\n%.\0é\u212a".ToCharArray())
    );

    [Fact]
    public void Each_token_says_what_it_was_made_of() =>
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Bool, Gen.Int[0, TrackingTokens.MaxIndex], Gen.String[0, 100], Gen.Int[0, int.MaxValue])
            .Sample(
                (email, tenant, isInText, index, text, group) =>
                {
                    var (recipient, groupId) = (
                        $"{text.Replace("\0", "", StringComparison.Ordinal)}@example.com",
                        group == 0 ? (int?)null : group
                    );
                    return Tokens.TryReadOpen(Tokens.OpenToken(email), out var opened)
                        && opened == email
                        && Tokens.TryReadClick(Tokens.ClickToken(email, isInText, index, text), text, out var link)
                        && link == new TrackedLink(email, isInText, index)
                        && Tokens.TryReadUnsubscribe(Tokens.UnsubscribeToken(email, tenant, recipient, groupId), out var offer)
                        && offer!.EmailId == email
                        && offer.TenantId == tenant
                        && offer.GroupId == groupId
                        && IsSame(offer.Recipient, recipient);
                },
                iter: Rounds
            );

    [Fact]
    public void The_same_email_always_gets_the_same_tokens_and_another_email_others() =>
        Gen.Select(Gen.Guid, Gen.Guid)
            .Sample(
                (email, other) => All(email).SequenceEqual(All(email)) && (email == other || !All(email).Intersect(All(other)).Any()),
                iter: Rounds
            );

    [Fact]
    public void A_change_of_any_one_character_is_refused() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1_000], OtherSigns)
            .Sample(
                (kind, at, sign) =>
                {
                    var token = All(EmailId)[kind];
                    at %= token.Length;
                    return token[at] == sign || IsRefused(token[..at] + sign + token[(at + 1)..]);
                },
                iter: 4 * Rounds
            );

    [Fact]
    public void A_token_that_was_cut_or_made_longer_is_refused() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1_000], Gen.String[OtherSigns, 1, 8])
            .Sample(
                (kind, at, more) =>
                {
                    var token = All(EmailId)[kind];
                    at %= token.Length;
                    return IsRefused(token[..at])
                        && IsRefused(token + more)
                        && IsRefused(more + token)
                        && IsRefused(token.Insert(at, more));
                },
                iter: Rounds
            );

    [Fact]
    public void The_proof_of_one_email_is_no_proof_of_another() =>
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[0, 2], Gen.Int[1, 1_000])
            .Sample(
                (first, second, kind, at) =>
                {
                    var (one, other) = (All(first)[kind], All(second)[kind]);
                    at = 1 + at % (one.Length - 1);
                    var spliced = one[..at] + other[at..];
                    return spliced == one || spliced == other || IsRefused(spliced);
                },
                iter: Rounds
            );

    [Fact]
    public void A_token_is_of_one_kind_only()
    {
        var (open, click, unsubscribe) = (All(EmailId)[0], All(EmailId)[1], All(EmailId)[2]);

        Assert.False(Tokens.TryReadOpen(click, out _) || Tokens.TryReadOpen(unsubscribe, out _));
        Assert.False(Tokens.TryReadClick(open, Url, out _) || Tokens.TryReadClick(unsubscribe, Url, out _));
        Assert.False(Tokens.TryReadUnsubscribe(open, out _) || Tokens.TryReadUnsubscribe(click, out _));
    }

    [Fact]
    public void A_link_leads_nowhere_else() =>
        Gen.OneOf(Gen.String[0, 60], Gen.OneOf(Url + "/", Url[..^1], "https://evil.example/", Url.ToUpperInvariant()))
            .Sample(
                url => url == Url || (!Tokens.TryReadClick(Tokens.ClickToken(EmailId, false, 3, Url), url, out var link) && link is null),
                iter: Rounds
            );

    [Fact]
    public void Another_key_is_refused() =>
        Assert.All(All(EmailId, TokensOf([1, .. new byte[31]])), token => Assert.True(IsRefused(token)));

    [Fact]
    public void Anything_else_is_refused() =>
        Gen.OneOf(
                Gen.String[0, 80],
                Gen.String[Gen.OneOf(Signs.ToCharArray()), 40, 40],
                Gen.String[Gen.OneOf(Signs.ToCharArray()), 44, 44],
                Gen.String[Gen.OneOf(Signs.ToCharArray()), 60, 700]
            )
            .Sample(text => IsRefused(text), iter: Rounds);

    [Fact]
    public void The_longest_address_fits()
    {
        var longest = $"{new string('l', 64)}@{new string('d', TrackingTokens.MaxRecipientBytes - 65)}";
        var token = Tokens.UnsubscribeToken(EmailId, TenantId, longest, int.MaxValue);

        Assert.Equal(TrackingTokens.MaxUnsubscribeLength, token.Length);
        Assert.True(Tokens.TryReadUnsubscribe(token, out var offer));
        Assert.Equal(longest, offer!.Recipient);
    }

    [Fact]
    public void They_do_not_change_from_one_version_of_the_product_to_the_next() => Assert.Equal(Known, All(EmailId));

    // Made by another implementation of HKDF, HMAC and AES-GCM.
    private static readonly string[] Known =
    [
        "EQGZmZkREXIigzNERERERES_1HEpYkNMtsF0UFIv",
        "EgGZmZkREXIigzNEREREREQAA-8QtjDoViREP3tz-IwV",
        "Ey5eEUq-LeS9bXu8ISOBHMpe6azYqiWYVjCz-Dv0OMaZf4zet6tGzPE8ZujbvxatNAAqkUpxWJmoos53c5pklyW8SqItVGCLNa2_XIv56PpZ8MYu",
    ];

    private static string[] All(Guid email, TrackingTokens? by = null) =>
        [
            (by ?? Tokens).OpenToken(email),
            (by ?? Tokens).ClickToken(email, false, 3, Url),
            (by ?? Tokens).UnsubscribeToken(email, TenantId, "reader@example.com", 7),
        ];

    private static bool IsRefused(string token) =>
        !Tokens.TryReadOpen(token, out var id)
        && id == Guid.Empty
        && !Tokens.TryReadClick(token, Url, out var link)
        && link is null
        && !Tokens.TryReadUnsubscribe(token, out var offer)
        && offer is null;

    // A lone surrogate is no text that UTF-8 can carry.
    private static bool IsSame(string read, string written) =>
        read == System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(written));

    private static TrackingTokens TokensOf(byte[] key) => new(Options.Create(new SecretOptions { Key = Convert.ToBase64String(key) }));
}
