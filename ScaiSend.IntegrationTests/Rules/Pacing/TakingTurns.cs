using CsCheck;
using ScaiSend.Platform.Bus;

namespace ScaiSend.IntegrationTests.Rules.Pacing;

public sealed class TakingTurns
{
    private static readonly Guid A = new(1, 0, 0, new byte[8]);
    private static readonly Guid B = new(2, 0, 0, new byte[8]);
    private static readonly Guid C = new(3, 0, 0, new byte[8]);

    [Fact]
    public async Task A_tenant_with_one_email_waits_for_one_place_and_not_for_all_of_another_tenants()
    {
        var places = new FairPlaces(1);
        await places.TakeAsync(A, Stop);
        var many = Enumerable.Range(0, 100).Select(_ => places.TakeAsync(A, Stop)).ToList();
        var one = places.TakeAsync(B, Stop);

        places.GiveBack();
        await many[0];
        Assert.False(one.IsCompleted);
        places.GiveBack();
        await one;
        Assert.Equal(99, many.Count(m => !m.IsCompleted));
    }

    [Fact]
    public async Task Work_of_several_tenants_goes_with_the_first_turn_and_takes_one_place()
    {
        var places = new FairPlaces(1);
        await places.TakeAsync(A, Stop);
        var before = Enumerable.Range(0, 10).Select(_ => places.TakeAsync(A, Stop)).ToList();
        var both = places.TakeAsync([A, B], Stop);
        var last = places.TakeAsync(C, Stop);

        places.GiveBack();
        await before[0];
        places.GiveBack();
        await both;
        places.GiveBack();
        await last;
        Assert.Equal(9, before.Count(b => !b.IsCompleted));
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_takes_no_place()
    {
        var places = new FairPlaces(1);
        await places.TakeAsync(A, Stop);
        using var stop = new CancellationTokenSource();
        var gone = places.TakeAsync(A, stop.Token);
        var waiting = places.TakeAsync(B, Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        places.GiveBack();
        await waiting;
    }

    [Fact]
    public void No_more_work_at_once_than_places_none_is_forgotten_and_all_places_come_back() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3].Array[1, 3].List[0, 60], Gen.Int[0, 60])
            .Sample(
                (count, work, cancelledFrom) =>
                {
                    var places = new FairPlaces(count);
                    using var stop = new CancellationTokenSource();
                    var tenants = new[] { A, B, C, Guid.Empty };
                    var all = work.Select(
                            (who, i) =>
                                places.TakeAsync([.. who.Distinct().Select(n => tenants[n])], i >= cancelledFrom ? stop.Token : Stop)
                        )
                        .ToList();
                    Assert.Equal(Math.Min(count, all.Count), all.Count(IsIn));
                    var stayed = all.Count(task => IsIn(task)) + all.Take(cancelledFrom).Count(task => !IsIn(task));
                    stop.Cancel();
                    for (var left = 0; left < stayed; left++)
                    {
                        Assert.True(SpinWait.SpinUntil(() => all.Count(IsIn) >= Math.Min(stayed, left + 1), TimeSpan.FromSeconds(5)));
                        places.GiveBack();
                    }
                    Assert.True(SpinWait.SpinUntil(() => all.All(task => task.IsCompleted), TimeSpan.FromSeconds(5)));
                    Assert.Equal(stayed, all.Count(IsIn));
                    var again = Enumerable.Range(0, count + 1).Select(_ => places.TakeAsync(tenants[0], Stop)).ToList();
                    Assert.Equal(count, again.Count(IsIn));
                },
                iter: 300
            );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool IsIn(Task task) => task.IsCompletedSuccessfully;
}
