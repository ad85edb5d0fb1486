using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.ScaiKey;

/// <summary>In whatever order events come, and however often, the end is as if they had come in order once.</summary>
public sealed class ReorderedEventTests
{
    private const int Histories = 25;
    private const int Orders = 2;

    /// <param name="Id">Without the prefix that keeps histories apart; in the data it stands as <c>~</c>.</param>
    private sealed record Said(string Type, string Id, string Data, DateTimeOffset At);

    [Fact]
    public async Task Any_order_of_a_history_ends_as_the_history_does()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.MirrorSettings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;
        var random = new Random(20270131);
        for (var number = 0; number < Histories; number++)
        {
            var history = new History(random, product.Clock.GetUtcNow()).Make(40);
            await SendAsync($"h{number}-");
            var expected = await product.MirroredAsync($"h{number}-");
            Assert.NotEmpty(expected);
            for (var order = 0; order < Orders; order++)
            {
                var prefix = $"h{number}o{order}-";
                // Some come twice.
                history = [.. history, .. history.Where(_ => random.Next(5) == 0)];
                random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(history));
                await SendAsync(prefix);
                var state = await product.MirroredAsync(prefix);
                Assert.True(
                    expected.SequenceEqual(state),
                    $"{prefix}\nexpected:\n{string.Join('\n', expected)}\ngot:\n{string.Join('\n', state)}\nafter:\n{string.Join('\n', history)}"
                );
            }

            async Task SendAsync(string prefix)
            {
                foreach (var said in history)
                {
                    var body = scaiKey
                        .Event(said.Type, prefix + said.Id, at: said.At, eventId: $"{prefix}{said.At:HHmmss.fff}")
                        .Replace(
                            "\"data\":{}",
                            $"\"data\":{said.Data.Replace("~", prefix, StringComparison.Ordinal)}",
                            StringComparison.Ordinal
                        );
                    var answer = await scaiKey.SendAsync(product.Http, body);
                    Assert.True(
                        answer.Status == 200 && answer.Json.GetProperty("success").GetBoolean(),
                        $"{body}: {answer.Status} {answer.Body}"
                    );
                }
            }
        }
    }

    /// <summary>What might happen at ScaiKey: everything is made once, changed, and perhaps deleted for good.</summary>
    private sealed class History(Random random, DateTimeOffset begin)
    {
        private static readonly string[] Everything = ["prt_1", "tnt_1", "tnt_2", "usr_1", "usr_2", "usr_3", "grp_1", "grp_2"];
        private readonly HashSet<string> _there = [];
        private readonly HashSet<string> _gone = [];
        private readonly List<Said> _said = [];

        public List<Said> Make(int length)
        {
            // A group is of one tenant, which is there first.
            Say("tenant.created", "tnt_1", Fields("tnt_1"));
            _there.Add("tnt_1");
            while (_said.Count < length)
                Happen(Everything[random.Next(Everything.Length)]);
            return _said;
        }

        private void Happen(string id)
        {
            var kind = Kind(id);
            if (_gone.Contains(id))
                return;
            if (_there.Add(id))
                Say($"{kind}.created", id, Fields(id));
            else if (random.Next(12) == 0)
            {
                _there.Remove(id);
                _gone.Add(id);
                Say($"{kind}.deleted", id, "{}");
            }
            else if (kind == "user" && random.Next(2) == 0)
                Say(random.Next(2) == 0 ? "user.suspended" : "user.activated", id, "{}");
            else if (kind == "tenant" && random.Next(2) == 0)
                Say("tenant.updated", id, $$"""{"status":"{{Status()}}"}""");
            else if (kind == "group" && random.Next(4) > 0)
                Move(id);
            else
                Say($"{kind}.updated", id, Fields(id));
        }

        private void Move(string id)
        {
            var type = random.Next(3) == 0 ? "group.member_removed" : "group.member_added";
            if (random.Next(4) == 0 && _there.Contains(Other(id)))
                Say(type, id, $$"""{"member_type":"group","member_id":"~{{Other(id)}}","tenant_id":"~tnt_1"}""");
            else if (_there.FirstOrDefault(it => Kind(it) == "user") is { } user)
                Say(type, id, $$"""{"user_id":"~{{user}}","tenant_id":"~tnt_1"}""");
        }

        private string Fields(string id) =>
            Kind(id) switch
            {
                "partner" => $$"""{"name":"P{{_said.Count}}"}""",
                "tenant" => $$"""{"name":"T{{_said.Count}}","partner_id":"~prt_1","status":"{{Status()}}"}""",
                "user" =>
                    $$"""{"email":"u{{_said.Count}}@example.org","first_name":"U{{_said.Count}}","tenant_id":"~tnt_{{random.Next(1, 3)}}"}""",
                _ => random.Next(2) == 0
                    ? $$"""{"name":"G{{_said.Count}}","tenant_id":"~tnt_1"}"""
                    : $$"""{"name":"G{{_said.Count}}","tenant_id":"~tnt_1","members":[{{Members()}}],"groups":[{{Nested(id)}}]}""",
            };

        private string Members() =>
            string.Join(',', _there.Where(it => Kind(it) == "user" && random.Next(2) == 0).Select(it => $"\"~{it}\""));

        private string Nested(string id) => _there.Contains(Other(id)) && random.Next(2) == 0 ? $"\"~{Other(id)}\"" : "";

        private string Status() => random.Next(2) == 0 ? "SUSPENDED" : "ACTIVE";

        private static string Other(string group) => group == "grp_1" ? "grp_2" : "grp_1";

        private static string Kind(string id) =>
            id[..3] switch
            {
                "prt" => "partner",
                "tnt" => "tenant",
                "usr" => "user",
                _ => "group",
            };

        private void Say(string type, string id, string data) => _said.Add(new Said(type, id, data, begin.AddMilliseconds(_said.Count)));
    }
}
