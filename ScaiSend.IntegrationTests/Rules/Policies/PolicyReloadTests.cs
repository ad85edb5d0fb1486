using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Policies;

namespace ScaiSend.IntegrationTests.Rules.Policies;

/// <summary>A real file that changes under a running process.</summary>
public sealed class PolicyReloadTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scaisend-policy-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly CurrentPolicy _current = new();
    private PolicyReload? _reload;

    private string Path => System.IO.Path.Combine(_folder, "delivery.yaml");

    [Fact]
    public async Task A_changed_file_is_in_force_within_five_seconds()
    {
        await StartAsync(Connections(1));
        var hash = _current.InForce.Hash;

        await File.WriteAllTextAsync(Path, Connections(2), TestContext.Current.CancellationToken);

        var since = _clock.GetUtcNow();
        await UntilAsync(() => _current.Value.Defaults.Connections == 2);
        Assert.NotEqual(hash, _current.InForce.Hash);
        Assert.InRange(_current.InForce.LoadedAt!.Value - since, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_file_that_is_renamed_into_place_or_behind_a_turned_link_is_seen()
    {
        await StartAsync(Connections(1));
        await WriteAsync("new.yaml", Connections(2));
        File.Move(InFolder("new.yaml"), Path, overwrite: true);
        await UntilAsync(() => _current.Value.Defaults.Connections == 2);

        // As Kubernetes does: the name is a link to a link to a folder, and the latter is turned.
        Directory.CreateDirectory(InFolder("v1"));
        Directory.CreateDirectory(InFolder("v2"));
        await WriteAsync("v1/delivery.yaml", Connections(3));
        await WriteAsync("v2/delivery.yaml", Connections(4));
        Directory.CreateSymbolicLink(InFolder("data"), InFolder("v1"));
        File.Delete(Path);
        File.CreateSymbolicLink(Path, InFolder("data/delivery.yaml"));
        await UntilAsync(() => _current.Value.Defaults.Connections == 3);
        Directory.CreateSymbolicLink(InFolder("data.new"), InFolder("v2"));
        Directory.Delete(InFolder("data"));
        Directory.Move(InFolder("data.new"), InFolder("data"));
        await UntilAsync(() => _current.Value.Defaults.Connections == 4);
    }

    [Fact]
    public async Task A_wrong_file_is_refused_with_its_line_and_the_old_one_stays()
    {
        await StartAsync(Connections(1));
        var before = _current.InForce;

        await WriteAsync("delivery.yaml", "defaults:\n  connections: many\n");
        await UntilAsync(() => _current.InForce.LastRefusal is not null);

        Assert.Equal((before.Hash, 1), (_current.InForce.Hash, _current.Value.Defaults.Connections));
        Assert.Equal(
            $"{Path}:2:16: defaults.connections is 'many'; allowed is a whole number from 1 to 1000",
            Assert.Single(_current.InForce.LastRefusal!.Errors)
        );

        // The old text again: nothing is new but that the refusal is over.
        await WriteAsync("delivery.yaml", Connections(1));
        await UntilAsync(() => _current.InForce.LastRefusal is null);
        Assert.Equal(before.Hash, _current.InForce.Hash);
    }

    [Fact]
    public async Task A_file_that_is_gone_leaves_its_policy_in_force()
    {
        await StartAsync(Connections(1));

        File.Delete(Path);
        await UntilAsync(() => _current.InForce.LastRefusal is not null);

        Assert.Equal(1, _current.Value.Defaults.Connections);
        await WriteAsync("delivery.yaml", Connections(5));
        await UntilAsync(() => _current.Value.Defaults.Connections == 5);
    }

    [Fact]
    public async Task A_policy_is_never_seen_in_part()
    {
        await StartAsync(Connections(1));
        // As long as it is being written, two looks never find the same.
        for (var i = 0; i < 10; i++)
        {
            await WriteAsync("delivery.yaml", Connections(2) + new string('\n', i));
            await TickAsync();
            Assert.Equal(1, _current.Value.Defaults.Connections);
        }
        await UntilAsync(() => _current.Value.Defaults.Connections == 2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_reload is { } reload)
        {
            await reload.StopAsync(CancellationToken.None);
            reload.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static string Connections(int number) => $"defaults:\n  connections: {number}\n";

    private string InFolder(string name) => System.IO.Path.Combine(_folder, name);

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(InFolder(name), text, TestContext.Current.CancellationToken);

    private async Task StartAsync(string text)
    {
        await WriteAsync("delivery.yaml", text);
        var file = new PolicyFile(Path);
        _current.Replace(file.Read(file.ReadText(), _clock.GetUtcNow()));
        var database = new MailDatabase(Options.Create(new DatabaseOptions { Url = $"sqlite://{InFolder("scaisend.db")}" }));
        await database.MigrateAsync(TestContext.Current.CancellationToken);
        _reload = new PolicyReload(_current, file, new PolicyRevisions(database, _clock), _clock, NullLogger<PolicyReload>.Instance);
        await _reload.StartAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => _reload.Looks > 1);
    }

    // Moves the clock on by one look, and waits for it.
    private async Task TickAsync()
    {
        var looks = _reload!.Looks;
        _clock.Advance(PolicyReload.LookEvery);
        for (var i = 0; _reload.Looks == looks && i < 200; i++)
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            Assert.True(i < 60, "It does not happen");
            await TickAsync();
        }
    }
}
