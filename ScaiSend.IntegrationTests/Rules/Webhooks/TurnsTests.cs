using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Processing.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

public sealed class TurnsTests
{
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(1);
    private static readonly Guid Large = Id(1);
    private static readonly Guid Small = Id(2);

    [Fact]
    public void A_tenant_with_many_endpoints_leaves_places_to_another()
    {
        var turns = new Turns(places: 8);
        DueEndpoint[] due = [.. Endpoints(Large, 100), Endpoint(Small, 900)];

        var given = turns.Give(due, Now);

        Assert.Equal(3, given.Count);
        Assert.Contains(given, e => e.TenantId == Small);
        Assert.True(turns.IsFull);
    }

    [Fact]
    public void Endpoints_of_a_tenant_have_their_turns_one_after_the_other()
    {
        var turns = new Turns(places: 4);
        var due = Endpoints(Large, 3).ToList();
        var seen = new List<Guid>();

        for (var i = 0; i < 6; i++)
        {
            var one = Assert.Single(turns.Give(due, Now));
            seen.Add(one.Id);
            turns.End(one.Id, isTroubled: false, pausedUntil: null);
        }

        Assert.Equal(3, seen.Take(3).Distinct().Count());
        Assert.Equal(seen.Take(3), seen.Skip(3));
    }

    [Fact]
    public void Endpoints_that_fail_take_no_place_from_the_others()
    {
        var turns = new Turns(places: 4);
        var failing = Enumerable.Range(0, 50).Select(i => Endpoint(Id(1000 + i), 2000 + i) with { IsFailing = true }).ToList();

        Assert.Equal(4, turns.Give(failing, Now).Count);

        Assert.Single(turns.Give([.. failing, Endpoint(Small, 1)], Now), e => e.TenantId == Small);
    }

    [Fact]
    public void An_endpoint_that_was_slow_moves_to_the_others_in_trouble_until_it_is_not()
    {
        var turns = new Turns(places: 1);
        var (slow, other) = (Endpoint(Large, 1), Endpoint(Small, 2));
        turns.Give([slow], Now);
        turns.End(slow.Id, isTroubled: true, pausedUntil: null);

        Assert.Equal(2, turns.Give([slow, other], Now).Count);

        turns.End(slow.Id, isTroubled: false, pausedUntil: null);
        Assert.Empty(turns.Give([slow], Now));
    }

    [Fact]
    public void An_endpoint_rests_after_a_failure_and_has_one_turn_at_a_time()
    {
        var turns = new Turns(places: 4);
        var endpoint = Endpoint(Large, 1);
        Assert.Single(turns.Give([endpoint], Now));
        Assert.Empty(turns.Give([endpoint], Now));
        turns.End(endpoint.Id, isTroubled: true, Now + TimeSpan.FromSeconds(1));

        Assert.Empty(turns.Give([endpoint], Now + TimeSpan.FromSeconds(0.9)));
        Assert.Single(turns.Give([endpoint], Now + TimeSpan.FromSeconds(1)));
    }

    private static IEnumerable<DueEndpoint> Endpoints(Guid tenantId, int count) =>
        Enumerable.Range(0, count).Select(i => Endpoint(tenantId, 100 + i));

    private static DueEndpoint Endpoint(Guid tenantId, int number) =>
        new(Id(number), tenantId, WebhookKind.Single, DateTimeOffset.UnixEpoch.AddSeconds(number), IsFailing: false);

    private static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
}
