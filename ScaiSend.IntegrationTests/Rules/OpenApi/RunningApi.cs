using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>A product that accepts and never sends, the document that it serves, and a caller who knows what the document's examples stand for.</summary>
public sealed class RunningApi : IAsyncLifetime
{
    // What the examples name, and the example that makes one of it.
    private static readonly Dictionary<string, (string Path, string? Example, string Member)> Makers = new()
    {
        ["/v3/messages/{id}"] = ("/v3/mail/send", "minimal", "message_id"),
        ["/v3/mail/batch/{id}"] = ("/v3/mail/batch", null, "batch_id"),
        ["/v3/user/scheduled_sends/{id}"] = ("/v3/user/scheduled_sends", "pause", "batch_id"),
        ["/v3/api_keys/{id}"] = ("/v3/api_keys", "least", "id"),
        ["/v3/images/{id}"] = ("/v3/images", "gif", "id"),
        ["/v3/templates/{id}"] = ("/v3/templates", "dynamic", "id"),
        ["/v3/templates/{id}/versions/{versionId}"] = ("/v3/templates/{id}/versions", "least", "id"),
        ["/api/admin/audit/{id}"] = ("/api/admin/queue", "hold", "id"),
        ["/api/admin/suspensions/{id}"] = ("/api/admin/suspensions", "suspend", "id"),
        ["/api/admin/policy/revisions/{number}"] = ("/api/admin/policy", "one", "number"),
        ["/v3/suppression/bounces/{email}"] = ("/v3/suppression/bounces", "least", "email"),
        ["/v3/suppression/blocks/{email}"] = ("/v3/suppression/blocks", "least", "email"),
        ["/v3/suppression/invalid_emails/{email}"] = ("/v3/suppression/invalid_emails", "least", "email"),
        ["/v3/suppression/spam_reports/{email}"] = ("/v3/suppression/spam_reports", "least", "email"),
        ["/v3/asm/suppressions/{email}"] = ("/v3/asm/suppressions/global", "some", "recipient_emails"),
        ["/v3/asm/suppressions/global/{email}"] = ("/v3/asm/suppressions/global", "some", "recipient_emails"),
        ["/v3/asm/groups/{groupId}"] = ("/v3/asm/groups", "least", "id"),
        ["/v3/asm/groups/{groupId}/suppressions/{email}"] = ("/v3/asm/groups/{groupId}/suppressions", "some", "recipient_emails"),
        ["/v3/user/webhooks/{id}"] = ("/v3/user/webhooks", "least", "id"),
        ["/v3/user/webhooks/deliveries/{id}"] = ("/v3/mail/send", "minimal", "message_id"),
        ["/v3/user/webhooks/event/settings/{id}"] = ("/v3/user/webhooks/event/settings", "everything", "id"),
        ["/v3/user/webhooks/event/settings/signed/{id}"] = ("/v3/user/webhooks/event/settings", "everything", "id"),
        ["/v3/recipients/erasejob/{id}"] = ("/v3/recipients/erasejob", "some", "job_id"),
        ["/v3/recipients/{email}"] = ("/v3/suppression/bounces", "least", "email"),
        ["/api/admin/partners/{id}"] = ("/api/admin/partners", "least", "data.id"),
        ["/api/admin/roles/{id}"] = ("/api/admin/roles", "least", "data.id"),
        ["/api/admin/users/{id}/roles/{roleId}"] = ("/api/admin/roles", "least", "data.id"),
        ["/api/admin/groups/{id}"] = ("/api/admin/groups", "least", "data.id"),
        ["/api/admin/groups/{id}/groups/{innerId}"] = ("/api/admin/groups", "least", "data.id"),
        ["/api/admin/groups/{id}/roles/{roleId}"] = ("/api/admin/roles", "least", "data.id"),
        ["/api/admin/messages/{id}"] = ("/v3/mail/send", "minimal", "message_id"),
        [NewTenant] = ("/api/admin/tenants", "least", "data.id"),
        ["/api/admin/domains/{id}"] = ("/api/admin/domains", "least", "data.id"),
        ["/i/{id}"] = ("/v3/images", "gif", "id"),
    };

    // What changes a tenant so that the others of these tests would notice is tried on one of its own.
    private const string NewTenant = "a new tenant";
    private static readonly string[] ToNewTenants =
    [
        "PATCH /api/admin/tenants/{id}",
        "POST /api/admin/tenants/{id}/suspend",
        "POST /api/admin/tenants/{id}/resume",
    ];

    // What stands in the examples for something that must be there.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["msg_0199c0de000070008000000000000007"] = "/v3/messages/{id}",
        ["103041"] = "/v3/asm/groups/{groupId}",
        ["k3v9x1m5q7w2e4r6t8y0u1i3o5p7a9s1"] = "/v3/mail/batch/{id}",
        [DynamicTemplate] = "dynamic",
        [LegacyTemplate] = "legacy",
    };

    // So that the clock, which stands still, does not end the run.
    private static readonly Dictionary<string, string?> Unlimited = new()
    {
        ["RateLimits:ApiKeysPerMinute"] = "100000",
        ["RateLimits:WebhooksPerMinute"] = "100000",
        ["RateLimits:WebhookTestsPerMinute"] = "100000",
        ["RateLimits:OthersPerSecond"] = "100000",
        ["RateLimits:MessagesPerSecond"] = "100000",
        ["Webhooks:AllowPrivateNetworks"] = "true",
        // Nobody answers there, at once.
        ["Delivery:Dns"] = "127.0.0.1:1",
    };

    // Nobody listens there, so no test waits for the internet.
    private const string Receiver = "https://hooks.example.com/";
    private const string Nobody = "http://127.0.0.1:1/";

    private const string DynamicTemplate = "d-0123456789abcdef0123456789abcdef";
    private const string LegacyTemplate = "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b";

    private int _number;

    public Product Product { get; private set; } = null!;

    public DescribedApi Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Product = await Product.StartAsync(Stack.Embedded, settings: Unlimited, roles: Cli.Roles.Role.Serve);
        await Product.AddPersonAsync(roles: "admin");
        Api = new DescribedApi((await Product.Http.GetFromJsonAsync<JsonObject>("/openapi/v3.json"))!);
    }

    public ValueTask DisposeAsync() => Product.DisposeAsync();

    /// <summary>The operation's path with a new thing for each of its parameters.</summary>
    public async Task<string> PathAsync(DescribedOperation operation)
    {
        var path = operation.Path;
        if (ToNewTenants.Contains(operation.ToString()))
            return path.Replace("{id}", await MakeAsync(NewTenant, ""), StringComparison.Ordinal);
        foreach (var name in operation.Path.Split('/').Where(it => it.StartsWith('{')))
        {
            var open = path.IndexOf(name, StringComparison.Ordinal);
            var template = operation.Path[..(operation.Path.IndexOf(name, StringComparison.Ordinal) + name.Length)];
            path = path.Replace(name, await MakeAsync(template, path[..open]), StringComparison.Ordinal);
        }
        return path;
    }

    /// <summary>A body as in the document, with things that there are in place of those that it names.</summary>
    public async Task<JsonNode> BodyAsync(JsonNode example)
    {
        var text = example.ToJsonString().Replace("1798761600", InAnHour(), StringComparison.Ordinal);
        // SendGrid's webhooks take a URL once.
        text = text.Replace(
            Receiver,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Nobody}{++_number}/"),
            StringComparison.Ordinal
        );
        foreach (var (named, template) in Names.Where(it => text.Contains(it.Key, StringComparison.Ordinal)))
            text = text.Replace(
                named,
                template.StartsWith('/') ? await MakeAsync(template, "") : await MakeTemplateAsync(template),
                StringComparison.Ordinal
            );
        var body = JsonNode.Parse(text)!;
        if (body is JsonObject && body["code"] is not null && body["state"] is not null)
            (body["code"], body["state"]) = await Product.CodeAsync();
        if (body is JsonObject && body["refresh_token"] is not null)
            body["refresh_token"] = (await Product.LogInAsync()).Text("refresh_token");
        if (body is JsonObject && body["follows"] is not null)
            body["follows"] = await NewestPolicyAsync();
        // There must be one to undo.
        if (body is JsonObject && body["revision"] is not null)
            body["revision"] = int.Parse(
                await MakeAsync("/api/admin/policy/revisions/{number}", ""),
                System.Globalization.CultureInfo.InvariantCulture
            );
        if (body is JsonObject && body["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String)
            body["name"] = $"{name} {++_number}";
        if (body is JsonObject && body["slug"] is JsonValue slug)
            body["slug"] = $"{slug}-{++_number}";
        if (body is JsonObject && body["domain"] is JsonValue domain)
            body["domain"] = $"d{++_number}.{domain}";
        return body;
    }

    /// <summary>Sends the operation, and checks the answer against what the document says about its status.</summary>
    public async Task<Answer> SendAsync(DescribedOperation operation, string path, JsonNode? body, bool asSendGrid = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), asSendGrid ? $"/sendgrid{path}" : path);
        if (body is not null)
            request.Content = operation.IsForm ? Form(body) : JsonContent.Create(body);
        if (operation.Json["x-administrators"] is not null)
            request.Headers.Authorization = new("Bearer", await TokenAsync());
        else if (operation is { Scopes: [], IsPublic: false } && operation.Path.StartsWith("/api/admin/", StringComparison.Ordinal))
            request.Headers.Authorization = new("Bearer", Product.OperatorKey.Text);
        if (operation.Path == "/v3/auth/me")
            request.Headers.Authorization = new("Bearer", (await Product.LogInAsync()).Text("access_token"));
        using var response = await Product.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var answer = new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, body?.ToJsonString());
        var wrong = WhatIsWrong(operation, answer, asSendGrid);
        Assert.True(wrong is null, $"{operation} answered {answer}: {wrong}");
        return answer;
    }

    private string? WhatIsWrong(DescribedOperation operation, Answer answer, bool asSendGrid)
    {
        var status = answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        JsonNode? schema;
        if (asSendGrid && answer.Status >= 400)
            schema = Api.Document["components"]!["schemas"]!["Errors"];
        else if (asSendGrid && operation.Json["x-sendgrid"]?["responses"] is JsonObject own && own.ContainsKey(status))
            schema = own[status];
        else if (operation.Json["responses"]![status] is { } response)
        {
            var content = Api.Resolve(response)["content"];
            if (answer.MediaType != "application/json" && content?[answer.MediaType ?? ""] is not null)
                return null;
            schema = content?["application/json"]?["schema"];
        }
        else
            return "the document does not have this status";
        if (schema is null)
            return answer.Text.Length == 0 ? null : "the document says that there is no body";
        return answer.Text.Length == 0
            ? "the document says that there is a body"
            : Api.Wrong(schema, JsonDocument.Parse(answer.Text).RootElement);
    }

    private async Task<string> MakeAsync(string template, string parent)
    {
        if (await InMailAsync(template) is { } name)
            return name;
        if (template == "/v3/clients/{clientType}")
            return "phone";
        if (template == "/api/admin/permissions/{id}")
            return "mail.send";
        if (template is "/api/admin/users/{id}" or "/api/admin/groups/{id}/members/{userId}")
            return Ids.Show(Ids.User, await Product.AddUserAsync(await Product.TenantIdAsync()));
        if (template == "/api/admin/tenants/{id}")
            return Ids.Show(Ids.Tenant, await Product.TenantIdAsync());
        Assert.True(Makers.TryGetValue(template, out var maker), $"Nothing says how to make what {template} names");
        var operation = Api.Operation("POST", maker.Path);
        var path = maker.Path.Contains('{', StringComparison.Ordinal) ? parent.TrimEnd('/') : maker.Path;
        var answer = await SendAsync(operation, path, maker.Example is null ? null : await BodyAsync(operation.Bodies[maker.Example]));
        var made = maker.Member.Split('.').Aggregate(JsonNode.Parse(answer.Text)!, (node, member) => node[member]!);
        return (made is JsonArray several ? several[0]! : made).ToString();
    }

    private Task<int> NewestPolicyAsync() =>
        Product.Services.GetRequiredService<PolicyRevisions>().NewestAsync(TestContext.Current.CancellationToken);

    // A super admin who works in the seeded tenant.
    private async Task<string> TokenAsync() =>
        Product
            .Services.GetRequiredService<BuiltInTokens>()
            .Issue("cli:root", await Product.TenantIdAsync(), [], TimeSpan.FromHours(1), Rank.SuperAdmin);

    // What no request makes: the tenant itself, and what a mail to it would carry.
    private async Task<string?> InMailAsync(string template)
    {
        var (tokens, emailId) = (Product.Services.GetRequiredService<TrackingTokens>(), Ids.New(Product.Clock));
        return template switch
        {
            "/api/admin/tenants/{id}" => Ids.Show(Ids.Tenant, await Product.TenantIdAsync()),
            "/t/o/{file}" => $"{tokens.OpenToken(emailId)}.gif",
            "/t/c/{token}" => tokens.ClickToken(emailId, isInText: false, 0, "https://www.example.com/"),
            "/t/u/{token}" => tokens.UnsubscribeToken(emailId, await Product.TenantIdAsync(), "ada@example.org", groupId: null),
            _ => null,
        };
    }

    // With a version that is active.
    private async Task<string> MakeTemplateAsync(string example)
    {
        var create = Api.Operation("POST", "/v3/templates");
        var made = await SendAsync(create, create.Path, await BodyAsync(create.Bodies[example]));
        var id = JsonNode.Parse(made.Text)!["id"]!.GetValue<string>();
        var add = Api.Operation("POST", "/v3/templates/{id}/versions");
        await SendAsync(add, $"/v3/templates/{id}/versions", await BodyAsync(add.Bodies["everything"]));
        return id;
    }

    // Files stand in the document as base64.
    private static MultipartFormDataContent Form(JsonNode body)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in body.AsObject())
            if (name == "file")
                form.Add(new ByteArrayContent(Convert.FromBase64String(value!.ToString())), name, "logo.gif");
            else
                form.Add(new StringContent(value!.ToString()), name);
        return form;
    }

    private string InAnHour() =>
        Product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What came back.</summary>
public sealed record Answer(int Status, string? MediaType, string Text, string? Sent)
{
    public override string ToString() => $"{Status} {Shorter(Text)} to {Shorter(Sent ?? "no body")}";

    private static string Shorter(string text) => text.Length <= 600 ? text : $"{text[..600]}…";
}
