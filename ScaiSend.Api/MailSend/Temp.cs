using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Messages;
namespace ScaiSend.Api.MailSend;
public sealed record ParsedMail(MessageContent Content, IReadOnlyList<ParsedPersonalization> Personalizations, IReadOnlyList<AttachmentBytes> Blobs, DateTimeOffset? SendAt, string? BatchId, bool IsSandbox, string? SettingsJson);
public sealed record ParsedPersonalization(Personalization Personalization, DateTimeOffset? SendAt);
public sealed record AttachmentBytes(string Key, ReadOnlyMemory<byte> Bytes);
public sealed record ParseOutcome(ParsedMail? Mail, IReadOnlyList<ApiError> Errors);
public sealed record BodyOutcome(ReadOnlyMemory<byte> Bytes, SendGridErrors? Refusal);
public static class RequestBody { public static async Task<BodyOutcome> ReadAsync(HttpRequest r, CancellationToken ct) { using var m = new MemoryStream(); await r.Body.CopyToAsync(m, ct); return new(m.ToArray(), null); } }
public static class MailSendRequest {
  static readonly Dictionary<string,string> None = [];
  static List<Address> A(JsonElement e, string n) => e.TryGetProperty(n, out var a) ? [.. a.EnumerateArray().Select(x => new Address(x.GetProperty("email").GetString()!, x.TryGetProperty("name", out var nm) ? nm.GetString() : null))] : [];
  public static ParseOutcome Parse(ReadOnlyMemory<byte> json, DateTimeOffset now) {
    using var d = JsonDocument.Parse(json); var r = d.RootElement;
    var c = new MessageContent(new Address(r.GetProperty("from").GetProperty("email").GetString()!, null), [], r.TryGetProperty("subject", out var s) ? s.GetString()! : "", [.. r.GetProperty("content").EnumerateArray().Select(x => new ContentPart(x.GetProperty("type").GetString()!, x.GetProperty("value").GetString()!))], [], None, [], None);
    var p = r.GetProperty("personalizations").EnumerateArray().Select(x => new ParsedPersonalization(new Personalization(A(x,"to"), A(x,"cc"), A(x,"bcc"), null, None, None, None), null)).ToList();
    return new(new ParsedMail(c, p, [], r.TryGetProperty("send_at", out var sa) ? DateTimeOffset.FromUnixTimeSeconds(sa.GetInt64()) : null, null, false, null), []); } }
