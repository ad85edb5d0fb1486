using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ScaiSend.Api.MailSend;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>What holds for any request.</summary>
public sealed class RequestPropertyTests
{
    private static readonly byte[] Full = Encoding.UTF8.GetBytes(Requests.Full);

    private static readonly string[] Values =
    [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "1.5",
        "9223372036854775807",
        "\"\"",
        "\"x\"",
        "\"\\u0000\"",
        "\"a@example.org\"",
        "[]",
        "[null]",
        "[[]]",
        "{}",
        "{\"\":null}",
        "{\"email\":1}",
        "\"\\ud83d\\ude00\"",
    ];

    private static readonly string[] Paths = [.. Leaves(JsonNode.Parse(Requests.Full)!, "")];

    private static readonly string[] Lines =
    [
        "from.email",
        "from.name",
        "reply_to.email",
        "reply_to.name",
        "subject",
        "content.0.type",
        "attachments.0.filename",
        "attachments.0.type",
        "attachments.0.disposition",
        "attachments.0.content_id",
        "headers.X-Shop",
        "categories.0",
        "personalizations.0.to.0.email",
        "personalizations.0.to.0.name",
        "personalizations.0.cc.0.email",
        "personalizations.0.cc.0.name",
        "personalizations.0.bcc.0.email",
        "personalizations.0.subject",
        "personalizations.0.headers.X-Order",
        "personalizations.0.substitutions.-name-",
    ];

    [Fact]
    public void Changed_bytes_give_a_mail_or_errors() =>
        Gen.Select(Gen.Int[0, Full.Length - 1], Gen.Byte)
            .Array[1, 6]
            .Sample(
                changes =>
                {
                    var json = (byte[])Full.Clone();
                    foreach (var (position, value) in changes)
                        json[position] = value;
                    AssertMailOrErrors(json);
                },
                iter: 20_000
            );

    [Fact]
    public void Cut_bytes_give_a_mail_or_errors() =>
        Gen.Select(Gen.Int[0, Full.Length], Gen.Int[0, Full.Length])
            .Sample((from, length) => AssertMailOrErrors([.. Full[..from], .. Full[Math.Min(Full.Length, from + length)..]]), iter: 2_000);

    [Fact]
    public void Changed_values_give_a_mail_or_errors() =>
        Gen.Select(Gen.Int[0, Paths.Length - 1].Select(i => Paths[i]), Gen.Int[0, Values.Length - 1].Select(i => Values[i]))
            .Sample((path, value) => AssertMailOrErrors(Encoding.UTF8.GetBytes(Requests.With(path, value))), iter: 5_000);

    [Fact]
    public void A_line_break_never_reaches_a_header() =>
        Gen.Select(
                Gen.Int[0, Lines.Length - 1].Select(i => Lines[i]),
                Gen.String[Gen.Char.AlphaNumeric, 0, 10],
                Gen.Int[0, 2].Select(i => "\r\n\0"[i]),
                Gen.String[Gen.Char.AlphaNumeric, 0, 10]
            )
            .Sample(
                (path, before, separator, after) =>
                {
                    var outcome = Requests.Check(Requests.With(path, JsonValue.Create(before + separator + after)!.ToJsonString()));
                    Assert.Null(outcome.Mail);
                    Assert.Contains(path, outcome.Errors.Select(error => error.Field));
                },
                iter: 5_000
            );

    private static void AssertMailOrErrors(byte[] json)
    {
        var outcome = MailSendRequest.Parse(json, Requests.Now);
        Assert.Equal(outcome.Mail is null, outcome.Errors.Count > 0);
    }

    private static IEnumerable<string> Leaves(JsonNode node, string prefix)
    {
        var children = node switch
        {
            JsonObject o => o.Select(pair => (pair.Key, pair.Value)),
            JsonArray a => a.Select((value, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        foreach (var (key, value) in children)
        {
            yield return prefix + key;
            foreach (var path in Leaves(value!, $"{prefix}{key}."))
                yield return path;
        }
    }
}
