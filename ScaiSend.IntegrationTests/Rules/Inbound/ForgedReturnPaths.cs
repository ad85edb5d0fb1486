using CsCheck;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Tenancy;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

public sealed class ForgedReturnPaths
{
    private const int Rounds = 20_000;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789+-_.=@ ABCXYZ\0\u212a\u0131é";

    [Fact]
    public void Every_email_is_read_back_in_any_case() =>
        Gen.Select(Gen.Guid, Gen.Bool.Array[64])
            .Sample(
                (id, upper) =>
                {
                    var path = Samples.Paths.LocalPartOf(id);
                    var mixed = string.Concat(path.Select((c, i) => upper[i] ? char.ToUpperInvariant(c) : c));
                    return path.Length <= 64
                        && path == Samples.Paths.LocalPartOf(id)
                        && Samples.Paths.TryReadLocalPart(mixed, out var read)
                        && read == id;
                },
                iter: Rounds
            );

    [Fact]
    public void A_change_of_any_one_character_is_refused() =>
        Gen.Select(Gen.Guid, Gen.Int[0, ReturnPaths.LocalPartLength - 1], Gen.OneOf(Letters.ToCharArray()))
            .Sample(
                (id, at, sign) =>
                {
                    var path = Samples.Paths.LocalPartOf(id);
                    if (char.ToLowerInvariant(sign) == path[at] && char.IsAscii(sign))
                        return true;
                    return IsRefused(path[..at] + sign + path[(at + 1)..]);
                },
                iter: Rounds
            );

    [Fact]
    public void Each_character_counts()
    {
        for (var at = 0; at < Samples.Token.Length; at++)
            foreach (var sign in "abcdefghijklmnopqrstuvwxyz234567")
                if (sign != Samples.Token[at])
                    Assert.True(IsRefused(Samples.Token[..at] + sign + Samples.Token[(at + 1)..]), $"{sign} at {at}");
    }

    [Fact]
    public void Anything_else_is_refused() =>
        Gen.OneOf(
                Gen.String[0, 80],
                Gen.String[Gen.OneOf("abcdefghijklmnopqrstuvwxyz234567".ToCharArray()), 48, 48].Select(token => "b+" + token)
            )
            .Sample(text => IsRefused(text), iter: Rounds);

    [Fact]
    public void The_proof_of_one_email_is_no_proof_of_another() =>
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[1, ReturnPaths.LocalPartLength - 1])
            .Sample(
                (first, second, at) =>
                {
                    var (one, other) = (Samples.Paths.LocalPartOf(first), Samples.Paths.LocalPartOf(second));
                    var spliced = one[..at] + other[at..];
                    return spliced == one || spliced == other || IsRefused(spliced);
                },
                iter: Rounds
            );

    [Fact]
    public void Another_key_is_refused()
    {
        var other = new ReturnPaths(Options.Create(new SecretOptions { Key = Convert.ToBase64String([1, .. new byte[31]]) }));

        Assert.True(IsRefused(other.LocalPartOf(Samples.EmailId)));
    }

    [Fact]
    public void It_does_not_change_from_one_version_of_the_product_to_the_next() =>
        Assert.Equal("b+caaztgmzceixeiudgnceirceirciuwemyzqbka5d4q76zebr", Samples.Token);

    private static bool IsRefused(string localPart) => !Samples.Paths.TryReadLocalPart(localPart, out var id) && id == Guid.Empty;
}
