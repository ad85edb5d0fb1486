using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Tracking;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A reader of mails, who follows what a mail carries.</summary>
public static class MailVisits
{
    /// <summary>What a person's browser calls itself.</summary>
    public const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

    // Redirects are looked at, not followed.
    private static readonly HttpClient Reader = new(new HttpClientHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TrackingTokens Tokens(this Product product) => product.Services.GetRequiredService<TrackingTokens>();

    /// <summary>The id of a message's only email.</summary>
    public static async Task<Guid> EmailIdAsync(this Product product, string messageId)
    {
        var message = await product.MessageAsync(messageId);
        var id = message.GetProperty("emails").EnumerateArray().Single().GetProperty("id").GetString();
        Assert.True(Ids.TryRead(Ids.Email, id, out var emailId));
        return emailId;
    }

    /// <summary>Sends a mail, has it delivered, and lets a minute pass: what comes sooner is a machine's doing.</summary>
    public static async Task<(string MessageId, Guid EmailId)> DeliverAsync(this Product product, string to, object? also = null)
    {
        var id = await product.SendAsync(Some.To(to), also);
        await product.EmailInStateAsync(id, "Delivered");
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        return (id, await product.EmailIdAsync(id));
    }

    public static string ClickPath(this Product product, Guid emailId, string url, int index = 0) =>
        $"/t/c/{product.Tokens().ClickToken(emailId, isInText: false, index, url)}?u={Uri.EscapeDataString(url)}";

    /// <summary>One request of a reader.</summary>
    public static async Task<Visited> VisitAsync(
        this Product product,
        string method,
        string path,
        string? agent = Browser,
        HttpContent? body = null,
        string? language = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(product.Http.BaseAddress!, path)) { Content = body };
        if (agent is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (language is not null)
            request.Headers.AcceptLanguage.Add(StringWithQualityHeaderValue.Parse(language));
        using var answer = await Reader.SendAsync(request, Stop);
        return new Visited(
            (int)answer.StatusCode,
            await answer.Content.ReadAsByteArrayAsync(Stop),
            answer
                .Headers.Concat(answer.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    /// <summary>Visits that are answered and not recorded yet.</summary>
    public static int Unrecorded(this Product product) => product.Services.GetRequiredService<RecordVisits>().Unrecorded;

    /// <summary>A form as a browser posts it.</summary>
    public static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>A message's events once there are so many of a type.</summary>
    public static async Task<IReadOnlyList<JsonElement>> EventsAsync(this Product product, string messageId, string type, int count)
    {
        var message = await product.MessageWhenAsync(messageId, m => Of(m, type).Count >= count, $"told of {count} {type}");
        var events = Of(message, type);
        Assert.Equal(count, events.Count);
        return events;
    }

    /// <summary>The flags of an email's events, in order, from the database.</summary>
    public static async Task<EventFlags[]> FlagsAsync(this Product product, Guid emailId, string type)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db
            .Events.IgnoreQueryFilters()
            .Where(e => e.EmailId == emailId && e.Type == type)
            .OrderBy(e => e.Number)
            .Select(e => e.Flags)
            .ToArrayAsync(Stop);
    }

    private static List<JsonElement> Of(JsonElement message, string type) =>
        [
            .. message
                .GetProperty("emails")
                .EnumerateArray()
                .SelectMany(email => email.GetProperty("timeline").EnumerateArray())
                .Where(entry => entry.GetProperty("kind").GetString() == "event" && entry.GetProperty("type").GetString() == type),
        ];
}

/// <summary>What a reader got.</summary>
public sealed record Visited(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
