using CsCheck;
using MimeKit;
using ScaiSend.Api.MailSend;
using ScaiSend.Processing.Rendering;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class AddressRuleTests
{
    private static readonly string Label63 = new('a', 63);

    public static TheoryData<string> Good { get; } =
    [
        "a@b.co",
        "first.last+tag@example.org",
        "!#$%&'*+-/=?^_`{|}~@example.org",
        "\"quoted string\"@example.org",
        "\"a@b\"@example.org",
        "\"a\\\"b\"@example.org",
        "用户@example.org",
        "jörg@bücher.example",
        "a@例え.テスト",
        "a@xn--bcher-kva.example",
        "a@1.2.example",
        new string('a', 64) + "@example.org",
        "a@" + string.Join('.', Label63, Label63, Label63, new string('b', 58), "c"),
    ];

    public static TheoryData<string> Bad { get; } =
    [
        "",
        "@",
        "a",
        "a@",
        "@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a b@example.org",
        " a@example.org",
        "a@example.org ",
        "<a@example.org>",
        "Ann <a@example.org>",
        "a,b@example.org",
        "a@b@example.org",
        "\"a\"b\"@example.org",
        "\"\"@example.org",
        "\"a\\\"@example.org",
        "\"a\rb\"@example.org",
        "a\0@example.org",
        "a@exam\rple.org",
        "a@example.org\n",
        "a@example",
        "a@example.org.",
        "a@.example.org",
        "a@example..org",
        "a@-example.org",
        "a@example-.org",
        "a@exam_ple.org",
        "a@exam ple.org",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a@bü cher.example",
        "a@\u2028.example",
        "a\u00A0b@example.org",
        "a\u2028b@example.org",
        "a\u0085b@example.org",
        new string('a', 65) + "@example.org",
        new string('ä', 33) + "@example.org",
        "a@" + new string('a', 64) + ".org",
        "a@" + string.Join('.', Label63, Label63, Label63, new string('b', 59), "c"),
        "a@" + new string('ü', 60) + ".org",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_address_is_valid(string address) => Assert.True(AddressRule.IsValid(address));

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_address_is_not(string address) => Assert.False(AddressRule.IsValid(address));

    [Theory]
    [InlineData("a@Bücher.Example", "xn--bcher-kva.example")]
    [InlineData("a@Example.org", "Example.org")]
    [InlineData("a@", null)]
    public void A_domain_is_known_by_its_A_labels(string address, string? domain) => Assert.Equal(domain, AddressRule.AsciiDomain(address));

    // Addresses of all kinds of characters, good and bad in equal parts.
    private static readonly Gen<string> Any = Gen.Select(
            Gen.OneOf(
                Gen.String[Gen.Char["abcXYZ019.+-_'/=!#\"\\ @,;:<>()[]\r\n\0äß漢\u00A0\u2028\uD83D"], 0, 12],
                Gen.String[Gen.Char["abcXYZ019.+-_'ß漢"], 1, 20],
                Gen.String[Gen.Char.AlphaNumeric, 1, 70]
            ),
            Gen.OneOf(
                Gen.OneOf(
                    "example.org",
                    "Bücher.example",
                    "xn--bcher-kva.example",
                    "a.b.c.d.example",
                    "[127.0.0.1]",
                    "localhost",
                    "1.2.3.4"
                ),
                Gen.String[Gen.Char["abcZ019.-_ üß漢\u200D\uDC00"], 0, 20]
            )
        )
        .Select((local, domain) => $"{local}@{domain}");

    [Theory]
    [InlineData("漢@cc--aZ9.b", "漢@cc--aZ9.b")]
    [InlineData("漢@xn--bcher-kva.example", "漢@bücher.example")]
    [InlineData("漢@XN--BCHER-KVA.cc--aZ9.b", "漢@XN--BCHER-KVA.cc--aZ9.b")]
    public void A_domain_that_no_library_can_decode_is_written_as_it_is(string address, string header) =>
        Assert.Equal(header, Mailbox.Read(address, null)?.HeaderAddress);

    [Fact]
    public void Whatever_is_accepted_can_be_written_in_a_mail_and_read_back() =>
        Any.Sample(
            address =>
            {
                if (!AddressRule.IsValid(address))
                    return;
                var mailbox = Mailbox.Read(address, "Ann");
                Assert.NotNull(mailbox);
                Assert.True(MailboxAddress.TryParse(mailbox.HeaderAddress, out var read), address);
                Assert.Equal(mailbox.EnvelopeAddress, read.GetAddress(idnEncode: true), ignoreCase: true);
                Assert.DoesNotContain(mailbox.EnvelopeAddress, c => c is '\r' or '\n' or '\0');
            },
            iter: 20_000
        );
}
