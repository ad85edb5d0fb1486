using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Mail that is kept back because of who is to get it.</summary>
public sealed class Suppressed
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_bounced_address_gets_no_mail_until_it_is_taken_off_the_list(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("nobody@bücher.example", "550 5.1.1 no such user");
        sink.Answer("nobody@xn--bcher-kva.example", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);

        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@bücher.example")), "Bounced");
        await DroppedAsync(product, "NoBody@BÜCHER.example", "Bounced Address");
        await DroppedAsync(product, "nobody@xn--bcher-kva.example", "Bounced Address");
        await DroppedAsync(product, "nobody@bücher.example", "Bounced Address", Setting("bypass_spam_management"));

        var bypassed = await product.SendAsync(Some.To("nobody@bücher.example"), Setting("bypass_bounce_management"));
        await product.EmailInStateAsync(bypassed, "Delivered");

        using var deleted = await product.Http.DeleteAsync("/v3/suppression/bounces/nobody%40b%C3%BCcher.example", Stop);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@bücher.example")), "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_retry_is_dropped_when_its_recipient_was_suppressed_meanwhile(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "450 4.2.0 try again later", "450 4.2.0 try again later");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var plain = await product.SendAsync(Some.To("later@example.org"));
        await product.EmailInStateAsync(plain, "Deferred");
        var bypassing = await product.SendAsync(Some.To("later@example.org"), Setting("bypass_list_management"));
        await product.EmailInStateAsync(bypassing, "Deferred");

        await AddAsync(product, "/v3/suppression/spam_reports", new { email = "Later@example.org" });
        product.Clock.Advance(TimeSpan.FromMinutes(1));

        var email = await product.EmailInStateAsync(plain, "Dropped");
        Assert.Equal("Spam Reporting Address", email.GetProperty("last_reply").GetString());
        Assert.Equal(["queued", "processed", "deferred", "dropped"], email.Events());
        Assert.Single(email.Attempts());
        await product.EmailInStateAsync(bypassing, "Delivered");
        Assert.Single(await sink.Received(1));
        await EmptySpoolAsync(product);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Who_left_a_group_gets_other_mail_and_who_unsubscribed_gets_none(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var group = (await AddAsync(product, "/v3/asm/groups", new { name = "News", description = "Monthly" }))
            .GetProperty("id")
            .GetInt32();
        await AddAsync(product, $"/v3/asm/groups/{group}/suppressions", Recipient("ada@example.org"));
        await AddAsync(product, "/v3/asm/suppressions/global", Recipient("grace@example.org"));
        var news = new { asm = new { group_id = group } };

        await DroppedAsync(product, "ada@example.org", "Unsubscribed Address", news);
        await DroppedAsync(
            product,
            "ada@example.org",
            "Unsubscribed Address",
            new { news.asm, mail_settings = new { bypass_unsubscribe_management = new { enable = true } } }
        );
        await DroppedAsync(product, "grace@example.org", "Unsubscribed Address");
        await DroppedAsync(product, "grace@example.org", "Unsubscribed Address", news);
        foreach (
            var (address, also) in ((string, object?)[])
                [
                    ("ada@example.org", null),
                    ("alan@example.org", news),
                    ("grace@example.org", Setting("bypass_unsubscribe_management")),
                    ("ada@example.org", new { news.asm, mail_settings = new { bypass_list_management = new { enable = true } } }),
                ]
        )
            await product.EmailInStateAsync(await product.SendAsync(Some.To(address), also), "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_kind_of_bounce_comes_on_its_list_and_a_block_keeps_nothing_back(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("gone@example.org", "550 5.1.1 no such user");
        sink.AlwaysAnswer("wrong@example.org", "550 5.1.3 bad address");
        sink.Answer("policy@example.org", "550 5.7.1 listed");
        await using var product = await Product.StartAsync(stack, sink.Address);
        foreach (var address in (string[])["gone@example.org", "wrong@example.org", "policy@example.org"])
            await product.EmailInStateAsync(await product.SendAsync(Some.To(address)), "Bounced");

        Assert.Equal(["gone@example.org"], await ListAsync(product, "bounces"));
        Assert.Equal(["wrong@example.org"], await ListAsync(product, "invalid_emails"));
        Assert.Equal(["policy@example.org"], await ListAsync(product, "blocks"));
        await DroppedAsync(product, "wrong@example.org", "Invalid");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("policy@example.org")), "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Many_bounces_of_the_same_addresses_at_once_make_one_entry_each(Stack stack)
    {
        const int addresses = 10;
        await using var sink = SmtpSink.Start();
        for (var i = 0; i < addresses; i++)
            sink.AlwaysAnswer($"n{i}@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var bypass = Setting("bypass_list_management");

        var ids = await Task.WhenAll(
            Enumerable.Range(0, 20 * addresses).Select(i => product.SendAsync(Some.To($"n{i % addresses}@example.org"), bypass))
        );

        foreach (var id in ids)
            await product.MessageWhenAsync(
                id,
                message =>
                {
                    // What found no connection was held back, and comes back by the clock.
                    product.Clock.Advance(TimeSpan.FromMilliseconds(200));
                    return message.GetProperty("emails")[0].GetProperty("state").GetString() == "Bounced";
                },
                "Bounced"
            );
        Assert.Equal(addresses, (await ListAsync(product, "bounces")).Length);
    }

    private static async Task DroppedAsync(Product product, string address, string reason, object? also = null)
    {
        var email = await product.EmailInStateAsync(await product.SendAsync(Some.To(address), also), "Dropped");
        Assert.Equal(["queued", "dropped"], email.Events());
        Assert.Equal(reason, email.GetProperty("last_reply").GetString());
        Assert.Equal(reason, email.LastEvent().GetProperty("reason").GetString());
    }

    // It goes after the commit that the state shows.
    private static async Task EmptySpoolAsync(Product product)
    {
        await Patience.UntilAsync(() => Task.FromResult(!Spooled(product).Any()), "Spooled bytes are left behind");
    }

    private static IEnumerable<string> Spooled(Product product) =>
        Directory
            .EnumerateFiles(product.Settings["Blobs:Folder"]!, "*", SearchOption.AllDirectories)
            .Where(file => file.Contains($"{Path.DirectorySeparatorChar}mail{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static object Recipient(string address) => new { recipient_emails = (string[])[address] };

    private static object Setting(string name) => new { mail_settings = new Dictionary<string, object> { [name] = new { enable = true } } };

    private static async Task<JsonElement> AddAsync(Product product, string path, object body)
    {
        using var answer = await product.Http.PostAsJsonAsync(path, body, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<string[]> ListAsync(Product product, string list)
    {
        var answer = await product.Http.GetFromJsonAsync<JsonElement>($"/v3/suppression/{list}", Stop);
        return [.. answer.GetProperty(list).EnumerateArray().Select(e => e.GetProperty("email").GetString()!)];
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
