using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Platform.Storage.Tenants;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.IntegrationTests.Stages.Cleanup;

/// <summary>The cleanup on rows of any age: what it takes and what it leaves.</summary>
public sealed class KeepingForATime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Everything_old_goes_and_nothing_young_or_unended(Stack stack)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var now = product.Clock.GetUtcNow();
        var (tenants, requests) = (new Dictionary<Guid, (int Bodies, int Events)>(), new List<Request>());
        for (var t = 0; t < 3; t++)
        {
            var id = await product.AddTenantAsync();
            var (bodies, events) = (random.Next(1, 60), random.Next(1, 120));
            tenants[id] = (bodies, events);
            await using var db = product.Database().For(id);
            db.TenantSettings.Add(
                new TenantSettings
                {
                    TenantId = id,
                    KeepBodiesDays = bodies,
                    KeepEventsDays = events,
                }
            );
            for (var r = 0; r < 60; r++)
                requests.Add(AddRequest(db, id, random, now));
            await db.SaveChangesAsync(Stop);
        }
        var steps = new SmallSteps(product.Database());
        await product.AllIsCountedAsync();

        await product.CleanUpAsync(steps: steps);

        await using var all = product.Database().ForPlatform();
        var contents = (await all.Contents.IgnoreQueryFilters().Select(c => c.Id).ToListAsync(Stop)).ToHashSet();
        var messages = await all.Messages.IgnoreQueryFilters().AsNoTracking().ToDictionaryAsync(m => m.Id, Stop);
        var emails = (await all.Emails.IgnoreQueryFilters().Select(e => e.Id).ToListAsync(Stop)).ToHashSet();
        var events1 = (await all.Events.IgnoreQueryFilters().Select(e => e.EmailId).ToListAsync(Stop)).ToHashSet();
        var attempts = (await all.Attempts.IgnoreQueryFilters().Select(e => e.EmailId).ToListAsync(Stop)).ToHashSet();
        foreach (var request in requests)
        {
            var keep = tenants[request.TenantId];
            var bodyStays = !IsOver(request.Messages.SelectMany(m => m.Ends), request.At, Math.Min(keep.Bodies, keep.Events));
            Assert.True(contents.Contains(request.ContentId) == bodyStays, $"seed {seed}, body of {request}");
            foreach (var message in request.Messages)
            {
                var stays = bodyStays || !IsOver(message.Ends, request.At, keep.Events);
                Assert.True(messages.ContainsKey(message.Id) == stays, $"seed {seed}, {message} of {request}");
                Assert.All(message.Emails, e => Assert.True(emails.Contains(e) == stays && events1.Contains(e) == stays, $"seed {seed}"));
                Assert.All(message.Emails, e => Assert.Equal(stays, attempts.Contains(e)));
                if (stays)
                    Assert.True((messages[message.Id].BodyDeletedAt is null) == bodyStays, $"seed {seed}, {message}");
            }
        }
        Assert.InRange(steps.Largest, 1, SmallSteps.MaxRows);

        bool IsOver(IEnumerable<DateTimeOffset?> ends, DateTimeOffset acceptedAt, int days) =>
            acceptedAt < now.AddDays(-days) && ends.All(end => end < now.AddDays(-days));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_with_many_events_goes_in_small_steps(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        var old = product.Clock.GetUtcNow().AddDays(-100);
        await using (var db = product.Database().For(tenantId))
        {
            var request = AddMessages(
                db,
                tenantId,
                old,
                [
                    [.. Enumerable.Repeat<DateTimeOffset?>(old, 300)],
                ]
            );
            for (var i = 2; i < 900; i++)
                db.Events.Add(Event(tenantId, request.Messages[0].Emails[0], i, old));
            await db.SaveChangesAsync(Stop);
        }
        var steps = new SmallSteps(product.Database());

        // Statistics have not counted them yet.
        Assert.Equal(0, (await product.CleanUpAsync()).Messages);
        await product.AllIsCountedAsync();
        var counts = await product.CleanUpAsync(steps: steps);

        Assert.Equal((1, 300, 300, 1198), (counts.Messages, counts.Emails, counts.Attempts, counts.Events));
        Assert.InRange(steps.Largest, 1, SmallSteps.MaxRows);
        Assert.Empty(await product.RowsAsync("events"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_webhooks_were_told_goes_after_thirty_days_and_what_is_owed_stays(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var (tenantId, now) = (await product.TenantIdAsync(), product.Clock.GetUtcNow());
        var endpoints = new[] { Ids.New(product.Clock), Ids.New(product.Clock) };
        var positions = new Dictionary<string, (int Lane, long Position)>();
        await using (var db = product.Database().For(tenantId))
        {
            var request = AddMessages(
                db,
                tenantId,
                now.AddDays(-40),
                [
                    [now.AddDays(-1)],
                ]
            );
            foreach (var (what, age) in new[] { ("old", 31), ("owed", 32), ("young", 29) })
            {
                var told = Event(tenantId, request.Messages[0].Emails[0], 100 + age, now.AddDays(-age));
                db.Events.Add(told);
                positions[what] = (told.Lane, told.Position);
            }
            positions["gone"] = (7, 1);
            foreach (var endpoint in endpoints)
            foreach (var (what, (lane, position)) in positions)
                db.WebhookDeliveries.Add(
                    new WebhookDelivery
                    {
                        EndpointId = endpoint,
                        TenantId = tenantId,
                        Lane = lane,
                        Position = position,
                        State = what == "owed" ? WebhookDeliveryState.Owed : WebhookDeliveryState.Delivered,
                    }
                );
            foreach (var age in new[] { 29, 31 })
                db.WebhookPosts.Add(
                    new WebhookPost
                    {
                        Id = Guid.CreateVersion7(now.AddDays(-age)),
                        EndpointId = endpoints[0],
                        TenantId = tenantId,
                        At = now.AddDays(-age),
                    }
                );
            await db.SaveChangesAsync(Stop);
        }

        var counts = await product.CleanUpAsync();

        Assert.Equal((4, 1), (counts.Deliveries, counts.Posts));
        await using var left = product.Database().For(tenantId);
        Assert.Equal(
            [positions["young"].Position, positions["young"].Position, positions["owed"].Position, positions["owed"].Position],
            (await left.WebhookDeliveries.Select(d => d.Position).ToListAsync(Stop)).OrderDescending()
        );
        Assert.Equal(now.AddDays(-29), (await left.WebhookPosts.SingleAsync(Stop)).At);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Batches_suspensions_and_wordings_that_nobody_needs_go(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var (tenantId, now) = (await product.TenantIdAsync(), product.Clock.GetUtcNow());
        var template = (await product.CallAsync("POST", "/v3/templates", product.LiveKey, """{"name":"T","generation":"dynamic"}""")).Text(
            "id"
        );
        var version = (
            await product.CallAsync(
                "POST",
                $"/v3/templates/{template}/versions",
                product.LiveKey,
                """{"name":"V","subject":"S","html_content":"<p>A</p>","active":0}"""
            )
        ).Text("id");
        await using (var db = product.Database().For(tenantId))
        {
            AddMessages(
                db,
                tenantId,
                now,
                [
                    [null],
                ]
            );
            foreach (var age in new[] { 54, 56 })
            {
                db.MailBatches.Add(
                    new MailBatch
                    {
                        TenantId = tenantId,
                        BatchId = $"age {age}",
                        CreatedAt = now.AddDays(-age),
                    }
                );
                db.Suspensions.Add(
                    new Suspension
                    {
                        Id = Ids.New(product.Clock),
                        Provider = $"age {age}",
                        Cause = "x",
                        StartedAt = now.AddDays(-age),
                        EndsAt = now.AddDays(25 - age),
                    }
                );
                db.ProcessedWebhookEvents.Add(
                    new ProcessedWebhookEvent
                    {
                        EventId = $"age {age}",
                        Type = "user.updated",
                        Outcome = "applied: user changed",
                        ReceivedAt = now.AddDays(25 - age),
                    }
                );
            }
            await db.SaveChangesAsync(Stop);
        }
        product.Clock.AdjustTime(now.AddMinutes(1));
        Assert.Equal(204, (await product.CallAsync("DELETE", $"/v3/templates/{template}/versions/{version}", product.LiveKey)).Status);
        product.Clock.AdjustTime(now.AddHours(2));

        // Mail that was accepted before the deletion has not ended.
        var counts = await product.CleanUpAsync();
        Assert.Equal((1, 1, 0, 1), (counts.Batches, counts.Suspensions, counts.Versions, counts.ScaiKeyEvents));

        await using (var db = product.Database().For(tenantId))
            await db.Contents.ExecuteDeleteAsync(Stop);
        Assert.Equal(1, (await product.CleanUpAsync()).Versions);
        Assert.Empty(await product.RowsAsync("template_versions"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Blobs_that_nothing_names_are_found(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var (tenantId, now) = (await product.TenantIdAsync(), product.Clock.GetUtcNow());
        var blobs = product.Services.GetRequiredService<IBlobStore>();
        string Key(string kind, double days) => $"{kind}/{Guid.CreateVersion7(now.AddDays(-days)):N}";
        var attached = Key("attachments", 9.001);
        string[] named;
        await using (var db = product.Database().For(tenantId))
        {
            var request = AddMessages(
                db,
                tenantId,
                now.AddDays(-9),
                [
                    [null],
                ],
                attached
            );
            named = [attached, SpooledMail.KeyOf(request.Messages[0].Emails[0]), $"contents/{request.ContentId:N}"];
            await db.SaveChangesAsync(Stop);
        }
        string[] young = [Key("attachments", 7.5), Key("mail", 0.9), Key("contents", 0.9)];
        string[] orphans = [Key("attachments", 9), Key("rendered", 1.1), Key("mail", 1.1), Key("contents", 1.1), $"{named[2]}.x1y2.tmp"];
        string[] others = [Key("images", 100)];
        foreach (var key in (string[])[.. named, .. young, .. orphans, .. others])
            await blobs.PutAsync(key, new MemoryStream(Encoding.ASCII.GetBytes(key)), Stop);

        Assert.Equal(orphans.Length, (await product.CleanUpAsync()).Orphans);

        var left = product.StoredFiles().Select(File.ReadAllText);
        Assert.Equal(((string[])[.. named, .. young, .. others]).Order(), left.Order());
    }

    private static Request AddRequest(MailDb db, Guid tenantId, Random random, DateTimeOffset now)
    {
        var at = now.AddDays(-random.NextDouble() * 150);
        return AddMessages(
            db,
            tenantId,
            at,
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Enumerable.Range(0, random.Next(0, 4)).Select(_ => End()).ToList())]
        );

        // Soon, later, or not yet.
        DateTimeOffset? End() =>
            random.Next(10) switch
            {
                0 => null,
                1 => at + (now - at) * random.NextDouble(),
                _ => at.AddSeconds(random.Next(1, 60)),
            };
    }

    private static Request AddMessages(
        MailDb db,
        Guid tenantId,
        DateTimeOffset at,
        IReadOnlyList<List<DateTimeOffset?>> ends,
        string? attachment = null
    )
    {
        var content = new MessageContent(
            new Address("hello@example.test", null),
            [],
            "S",
            [],
            attachment is null ? [] : [new Attachment(attachment, 1, "a", "b/c", false, null)],
            new Dictionary<string, string>(),
            [],
            new Dictionary<string, string>()
        );
        var request = new Request(tenantId, Guid.CreateVersion7(at), at, []);
        db.Contents.Add(
            new Content
            {
                Id = request.ContentId,
                TenantId = tenantId,
                Body = StoredContent.Write(content),
            }
        );
        var nothing = new Dictionary<string, string>();
        foreach (var emails in ends)
        {
            var message = new Kept(Guid.CreateVersion7(at), emails, []);
            request.Messages.Add(message);
            db.Messages.Add(
                new Message
                {
                    Id = message.Id,
                    TenantId = tenantId,
                    ContentId = request.ContentId,
                    FromEmail = "hello@example.test",
                    Subject = "S",
                    ToEmails = "[]",
                    Categories = "[]",
                    Personalization = StoredContent.Write(new Personalization([], [], [], null, nothing, nothing, nothing)),
                    IsSandbox = emails.Count == 0,
                    CreatedAt = at,
                }
            );
            foreach (var end in emails)
                AddEmail(db, tenantId, message, at, end);
        }
        return request;
    }

    private static void AddEmail(MailDb db, Guid tenantId, Kept message, DateTimeOffset at, DateTimeOffset? end)
    {
        var id = Guid.CreateVersion7(at);
        message.Emails.Add(id);
        db.Emails.Add(
            new Email
            {
                Id = id,
                TenantId = tenantId,
                MessageId = message.Id,
                Recipient = "ada@example.org",
                State = end is null ? EmailStatus.Deferred : EmailStatus.Delivered,
                Lane = end is null ? EmailLane.Held : EmailLane.Ended,
                Version = 1,
                DueAt = end is null ? DateTimeOffset.MaxValue : null,
                DeadlineAt = at,
                StartsAt = at,
                CreatedAt = at,
                EndedAt = end,
            }
        );
        db.Events.Add(Event(tenantId, id, 1, at));
        db.Attempts.Add(
            new EmailAttempt
            {
                EmailId = id,
                TenantId = tenantId,
                Number = 1,
                StartedAt = at,
                Reply = "250 OK",
                Outcome = "delivered",
            }
        );
    }

    private static long _position;

    private static EmailEvent Event(Guid tenantId, Guid emailId, int number, DateTimeOffset at) =>
        new()
        {
            EmailId = emailId,
            TenantId = tenantId,
            Number = number,
            Type = "processed",
            At = at,
            Lane = 40,
            Position = Interlocked.Increment(ref _position),
        };

    private sealed record Request(Guid TenantId, Guid ContentId, DateTimeOffset At, List<Kept> Messages);

    private sealed record Kept(Guid Id, List<DateTimeOffset?> Ends, List<Guid> Emails);
}
