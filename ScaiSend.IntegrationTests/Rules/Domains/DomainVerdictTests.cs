using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Domains;
using static ScaiSend.Platform.Domains.RecordStatus;

namespace ScaiSend.IntegrationTests.Rules.Domains;

/// <summary>What follows from what DNS says, by the hour.</summary>
public sealed class DomainVerdictTests
{
    private const string Name = "example.com";
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly SenderDomain _domain = new() { Name = Name };
    private readonly List<StoredDkimKey> _keys = [Keys.OfDomain(Name, "scaisend", usedFrom: null)];
    private IReadOnlyList<RecordCheck> _before = [];

    [Fact]
    public void A_domain_is_verified_and_its_key_used_when_the_record_is_seen()
    {
        Assert.Empty(Look(0, Missing));
        Assert.Null(_domain.VerifiedAt);

        Assert.Equal(["record_found", "key_used", "verified"], Look(1, Found));

        Assert.Equal((At(1), At(1)), (_domain.VerifiedAt, _keys[0].UsedFrom));
        Assert.Empty(Look(2, Found));
    }

    [Fact]
    public void A_broken_record_unverifies_after_the_grace_and_a_repaired_one_verifies_again()
    {
        Look(0, Found);
        Assert.Equal(["record_broken"], Look(1, Missing));
        Assert.Empty(Look(24, Wrong));
        Assert.NotNull(_domain.VerifiedAt);
        Assert.Equal(["unverified"], Look(25, Missing));
        Assert.Null(_domain.VerifiedAt);
        Assert.Equal(["record_found", "verified"], Look(26, Found));
        Assert.Equal(At(26), _domain.VerifiedAt);
    }

    [Fact]
    public void A_repair_within_the_grace_ends_it()
    {
        Look(0, Found);
        Look(1, Missing);
        Look(2, Found);
        Assert.Null(_domain.BrokenSince);
        Look(30, Missing);
        Assert.NotNull(_domain.VerifiedAt);
    }

    [Fact]
    public void Silence_of_DNS_changes_nothing_however_long_it_lasts()
    {
        Look(0, Found);
        for (var hour = 1; hour < 200; hour += 20)
            Assert.Empty(Look(hour, Unknown));
        Assert.Equal((At(0), null), (_domain.VerifiedAt, _domain.BrokenSince));
        // And what comes after it is compared with what was known before it.
        Assert.Equal(["record_broken"], Look(201, Missing));
    }

    [Fact]
    public void A_new_key_is_used_from_when_its_record_is_seen_and_the_old_one_until_then()
    {
        Look(0, Found);
        _keys.Add(Keys.OfDomain(Name, "scaisend2", usedFrom: null));

        Assert.Empty(Look(1, Found, Missing));
        Assert.Equal((true, false), (_keys[0].IsInUse, _keys[1].IsInUse));

        Assert.Equal(["record_found", "key_retired", "key_used"], Look(2, Found, Found));
        Assert.Equal((false, true), (_keys[0].IsInUse, _keys[1].IsInUse));
        Assert.Equal((At(2), At(2)), (_keys[0].RetiredAt, _keys[1].UsedFrom));
        Assert.Equal(At(0), _domain.VerifiedAt);
    }

    [Fact]
    public void A_key_of_another_kind_stands_beside_the_first()
    {
        _keys.Add(Keys.OfDomain(Name, "scaisend-ed", usedFrom: null, "ed25519"));
        Look(0, Found, Missing);
        Look(1, Found, Found);

        Assert.All(_keys, key => Assert.True(key.IsInUse));
    }

    [Fact]
    public void A_domain_that_was_never_verified_is_not_broken()
    {
        for (var hour = 0; hour < 100; hour += 30)
            Assert.Empty(Look(hour, Missing));
        Assert.Null(_domain.BrokenSince);
    }

    public static TheoryData<RecordStatus, RecordStatus, string?> ReturnPaths =>
        new()
        {
            { Found, Found, "return_path_used" },
            { Found, Missing, null },
            { Wrong, Found, null },
            { Unknown, Found, null },
        };

    [Theory, MemberData(nameof(ReturnPaths))]
    public void A_return_path_is_used_when_both_of_its_records_are_there(RecordStatus mx, RecordStatus spf, string? happens)
    {
        Assert.Equal(happens is null ? [] : [happens], LookAtReturnPath(1, mx, spf));
        Assert.Equal(happens is null ? null : At(1), _domain.ReturnPathFrom);
    }

    [Fact]
    public void A_return_path_whose_record_is_gone_is_given_up_at_once_and_silence_changes_nothing()
    {
        LookAtReturnPath(0, Found, Found);
        Assert.Empty(LookAtReturnPath(1, Unknown, Found));
        Assert.Equal(At(0), _domain.ReturnPathFrom);
        Assert.Equal(["record_broken", "return_path_off"], LookAtReturnPath(2, Missing, Found));
        Assert.Null(_domain.ReturnPathFrom);
    }

    private string[] LookAtReturnPath(int hour, RecordStatus mx, RecordStatus spf)
    {
        var host = ExpectedRecords.ReturnPathHost(Name);
        RecordCheck[] checks =
        [
            new(RecordCheck.ReturnPath, "MX", host, "", [], mx, null),
            new(RecordCheck.ReturnPathSpf, "TXT", host, "", [], spf, null),
        ];
        var happened = DomainVerdict.Apply(_domain, _keys, _before, checks, Grace, At(hour));
        _before = DomainVerdict.Remember(_before, checks);
        return [.. happened.Select(h => h.Type)];
    }

    // One look at the given hour; the statuses are the keys', in their order.
    private string[] Look(int hour, params RecordStatus[] statuses)
    {
        var checks = _keys
            .Zip(statuses)
            .Select(k => new RecordCheck("dkim", "TXT", ExpectedRecords.DkimHost(Name, k.First.Selector), "", [], k.Second, null))
            .ToList();
        var happened = DomainVerdict.Apply(_domain, _keys, _before, checks, Grace, At(hour));
        _before = DomainVerdict.Remember(_before, checks);
        return [.. happened.Select(h => h.Type)];
    }

    private static DateTimeOffset At(int hour) => Start.AddHours(hour);
}
