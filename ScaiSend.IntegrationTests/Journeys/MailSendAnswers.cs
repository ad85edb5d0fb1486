using System.Net;
using System.Text;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class MailSendAnswers
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Both_dialects_accept_the_same_request_and_answer_each_in_its_own_shape(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var request = Some.Request(Some.To("ada@example.org"));
        var several = Some.Request(Some.To("ada@example.org"));
        several["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To("bob@example.org")));

        var documented = await AnswerAsync(product, "/v3/mail/send", request.ToJsonString());
        var two = await AnswerAsync(product, "/v3/mail/send", several.ToJsonString());
        var exact = await AnswerAsync(product, "/sendgrid/v3/mail/send", request.ToJsonString());

        Assert.Equal((202, $$"""{"message_id":"{{documented.Id}}"}"""), (documented.Status, documented.Body));
        Assert.Equal(202, two.Status);
        var ids = JsonDocument.Parse(two.Body).RootElement.GetProperty("message_ids");
        Assert.Equal((2, two.Id), (ids.GetArrayLength(), ids[0].GetString()));
        Assert.Equal((202, ""), (exact.Status, exact.Body));
        Assert.DoesNotContain('.', exact.Id!);
        await product.EmailInStateAsync(exact.Id!, "Delivered");
        await sink.Received(4);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_sandboxed_request_is_stored_and_nothing_leaves(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var request = Some.Request(
            Some.To("ada@example.org"),
            new { mail_settings = new { sandbox_mode = new { enable = true } }, from = new { email = "any@unverified.example" } }
        );

        var documented = await AnswerAsync(product, "/v3/mail/send", request.ToJsonString());
        var exact = await AnswerAsync(product, "/sendgrid/v3/mail/send", request.ToJsonString());

        Assert.Equal((202, $$"""{"message_id":"{{documented.Id}}"}"""), (documented.Status, documented.Body));
        Assert.Equal((200, "", null), (exact.Status, exact.Body, exact.Id));
        var message = await product.MessageAsync(documented.Id!);
        Assert.Equal("sandbox", message.GetProperty("status").GetString());
        Assert.Empty(message.GetProperty("emails").EnumerateArray());
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task Every_refusal_comes_in_the_envelope_and_words_of_its_family()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var good = Some.Request(Some.To("ada@example.org")).ToJsonString();
        var unverified = Some.Request(Some.To("ada@example.org"), new { from = new { email = "a@unverified.example" } }).ToJsonString();

        await IsAsync(product, HttpMethod.Get, "/v3/mail/send", null, 405, "POST method allowed only");
        await IsAsync(product, HttpMethod.Post, "/v3/mail/send", "{", 400, "Bad Request: the body is not valid JSON");
        await IsAsync(product, HttpMethod.Post, "/v3/mail/send", unverified, 403, "Sender domain not verified");
        await IsAsync(product, HttpMethod.Post, "/sendgrid/v3/mail/send", unverified, 403, "does not match a verified Sender Identity");
        await IsAsync(product, HttpMethod.Get, "/sendgrid/v3/nothing", null, 404, "not found");
        await IsAsync(product, HttpMethod.Get, "/sendgrid/v3/messages", null, 404, "not found");
        await IsAsync(product, HttpMethod.Get, "/v3/mail/nothing", null, 404, "not found");
        await IsAsync(product, HttpMethod.Get, "/v3/nothing", null, 404, "Not Found", isDetail: true);
        await IsAsync(product, HttpMethod.Get, "/v3/messages/msg_0", null, 404, "Message not found: msg_0", isDetail: true);
        await IsAsync(product, HttpMethod.Delete, "/v3/messages", null, 405, "Method Not Allowed", isDetail: true);

        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", "sg_live_00000000000000000000000000000000");
        const string badGrant = "The provided authorization grant is invalid, expired, or revoked";
        await IsAsync(product, HttpMethod.Post, "/v3/mail/send", good, 401, badGrant);
        await IsAsync(product, HttpMethod.Post, "/sendgrid/v3/mail/send", good, 401, badGrant);
        await IsAsync(product, HttpMethod.Get, "/v3/messages", null, 401, "Invalid API key", isDetail: true);
        product.Http.DefaultRequestHeaders.Authorization = null;
        await IsAsync(product, HttpMethod.Get, "/v3/messages", null, 401, "Missing Authorization header", isDetail: true);
    }

    private static async Task IsAsync(
        Product product,
        HttpMethod method,
        string path,
        string? body,
        int status,
        string text,
        bool isDetail = false
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await product.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var json = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {json}");
        var root = JsonDocument.Parse(json).RootElement;
        var said = isDetail ? root.GetProperty("detail").GetString() : root.GetProperty("errors")[0].GetProperty("message").GetString();
        Assert.Contains(text, said, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<(int Status, string Body, string? Id)> AnswerAsync(Product product, string path, string json)
    {
        using var answer = await product.Http.PostAsync(
            path,
            new StringContent(json, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken
        );
        return (
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer.Headers.TryGetValues("X-Message-Id", out var ids) ? ids.Single() : null
        );
    }
}
