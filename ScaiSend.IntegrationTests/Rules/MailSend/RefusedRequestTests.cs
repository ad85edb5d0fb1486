using System.Text.Json.Nodes;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class RefusedRequestTests
{
    private const string Shared = Requests.Removed;
    private const string LongText = "\"@@@\"";

    // What is changed in the good request, and the one error that follows. @@@ stands for 300 letters, *** for 400.
    public static TheoryData<string, string, string?, string> Rules { get; } =
        new()
        {
            // The envelope
            {
                "personalizations",
                Shared,
                "personalizations",
                "The personalizations field is required and must have at least one personalization."
            },
            {
                "personalizations",
                "[]",
                "personalizations",
                "The personalizations field is required and must have at least one personalization."
            },
            { "personalizations", "{}", "personalizations", "Invalid type. Expected: array, given: object." },
            { "personalizations/1", "null", "personalizations.1", "Invalid type. Expected: object, given: null." },
            {
                "personalizations/0/to",
                Shared,
                "personalizations.0.to",
                "The to array is required for all personalization objects, and must have"
            },
            {
                "personalizations/0/to",
                "[]",
                "personalizations.0.to",
                "The to array is required for all personalization objects, and must have"
            },
            { "personalizations/0/to", "\"ann@example.org\"", "personalizations.0.to", "Invalid type. Expected: array, given: string." },
            { "personalizations/0/to/1", "{}", "personalizations.0.to.1.email", "The to email parameter is required." },
            {
                "personalizations/0/to/1",
                "\"bob@example.org\"",
                "personalizations.0.to.1",
                "Invalid type. Expected: object, given: string."
            },
            { "personalizations/0/to/1/email", "\"bob\"", "personalizations.0.to.1.email", "Does not contain a valid address." },
            { "personalizations/0/to/1/email", "7", "personalizations.0.to.1.email", "Invalid type. Expected: string, given: number." },
            {
                "personalizations/0/to/1/email",
                "\"***@example.org\"",
                "personalizations.0.to.1.email",
                "The To email exceeds the maximum total length of 320"
            },
            { "personalizations/0/cc/0/email", "\"a@b@\"", "personalizations.0.cc.0.email", "Does not contain a valid address." },
            {
                "personalizations/0/bcc/0/email",
                "\"a b@example.org\"",
                "personalizations.0.bcc.0.email",
                "Does not contain a valid address."
            },
            {
                "personalizations/0/to/1/email",
                "\"bob@example.org\\r\\nRCPT TO:<eve@example.org>\"",
                "personalizations.0.to.1.email",
                "Does not contain"
            },
            {
                "personalizations/0/to/0/name",
                "\"Ann\\nBcc: eve@example.org\"",
                "personalizations.0.to.0.name",
                "The name cannot contain CR, LF or NUL"
            },
            { "personalizations/0/to/0/name", "[]", "personalizations.0.to.0.name", "Invalid type. Expected: string, given: array." },
            {
                "personalizations/0/to/1/email",
                "\"ANN@Example.org\"",
                "personalizations.0",
                "Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [ANN@Example.org] in the personalizations.0.to field."
            },
            {
                "personalizations/0/bcc/0/email",
                "\"cid@example.org\"",
                "personalizations.0",
                "Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [cid@example.org] in the personalizations.0.bcc field."
            },
            {
                "personalizations/0/bcc",
                "[{\"email\":\"x@bücher.example\"},{\"email\":\"x@xn--bcher-kva.example\"}]",
                "personalizations.0",
                "Each email address in the personalization block"
            },
            {
                "personalizations/0/from",
                "{\"email\":\"shop@elsewhere.test\"}",
                "personalizations.0.from.email",
                "The from email of a personalization must have the domain"
            },
            { "from", Shared, "from.email", "The from object must be provided for every email send." },
            { "from", "\"shop@example.test\"", "from", "Invalid type. Expected: object, given: string." },
            { "from/email", Shared, "from.email", "The from object must be provided for every email send." },
            { "from/email", "\"\"", "from.email", "The from object must be provided for every email send." },
            { "from/email", "\"shop@localhost\"", "from.email", "The from email does not contain a valid address." },
            { "from/name", "\"Shop\\u0000\"", "from.name", "The name cannot contain CR, LF or NUL" },
            { "reply_to", "{\"name\":\"Help\"}", "reply_to.email", "The reply_to email parameter is required." },
            { "reply_to", "{\"email\":\"help\"}", "reply_to.email", "The reply_to email does not contain a valid address." },
            {
                "reply_to_list",
                "[{\"email\":\"a@example.org\"},{\"email\":\"a\"}]",
                "reply_to_list.1.email",
                "The reply_to email does not contain a valid address."
            },
            {
                "reply_to_list",
                "[{\"email\":\"a@example.org\"},{\"email\":\"A@example.org\"}]",
                "reply_to_list.1.email",
                "Each email address in the reply_to_list should be unique."
            },
            // Subject and content
            { "subject", Shared, "subject", "The subject is required. You can get around this requirement" },
            { "subject", "\"\"", "subject", "The subject of your email must be a string at least one character in length." },
            { "subject", "5", "subject", "The subject of your email must be a string at least one character in length." },
            { "subject", "\"Hi\\r\\nBcc: eve@example.org\"", "subject", "The subject of your email cannot contain CR, LF or NUL" },
            {
                "personalizations/0/subject",
                "\"\"",
                "personalizations.0.subject",
                "The subject of your email must be a string at least one"
            },
            {
                "personalizations/0/subject",
                "\"Hi\\n\"",
                "personalizations.0.subject",
                "The subject of your email cannot contain CR, LF or NUL"
            },
            { "content", Shared, "content", "Unless a valid template_id is provided, the content parameter is required." },
            { "content", "[]", "content", "Unless a valid template_id is provided, the content parameter is required." },
            { "content", "\"Hello\"", "content", "Invalid type. Expected: array, given: string." },
            { "content/0/value", "\"\"", "content.0.value", "The content value must be a string at least one character in length." },
            { "content/0/value", "{}", "content.0.value", "The content value must be a string at least one character in length." },
            { "content/0/type", "\"\"", "content.0.type", "The content type must be a string at least one character in length." },
            { "content/0/type", Shared, "content.0.type", "The content type must be a string at least one character in length." },
            { "content/0/type", "\"text/plain; charset=x\"", "content.0.type", "Cannot contain ';', or CRLF characters." },
            { "content/0/type", "\"text/plain\\r\\nX: y\"", "content.0.type", "Cannot contain ';', or CRLF characters." },
            { "content/0/type", "\"text\"", "content.0.type", "The content type must be a media type of one part" },
            { "content/0/type", "\"multipart/mixed\"", "content.0.type", "The content type must be a media type of one part" },
            { "content/0/type", "\"text/html\"", "content", "If present, text/plain and text/html may only be provided once." },
            { "content/0", "{\"type\":\"text/calendar\",\"value\":\"x\"}", "content", "Following RFC 1341, section 7.2" },
            // Templates
            { "template_id", "\"d-0123\"", "content", "The content may not be given together with a template_id." },
            { "template_id", "7", "template_id", "Invalid type. Expected: string, given: number." },
            // Attachments
            { "attachments", "{}", "attachments", "Invalid type. Expected: array, given: object." },
            {
                "attachments",
                "[{\"filename\":\"a\"}]",
                "attachments.0.content",
                "The attachment content must be a string at least one character in length."
            },
            {
                "attachments",
                "[{\"content\":\"\",\"filename\":\"a\"}]",
                "attachments.0.content",
                "The attachment content must be a string at least one"
            },
            {
                "attachments",
                "[{\"content\":1,\"filename\":\"a\"}]",
                "attachments.0.content",
                "The attachment content must be a string at least one"
            },
            {
                "attachments",
                "[{\"content\":\"a*b=\",\"filename\":\"a\"}]",
                "attachments.0.content",
                "The attachment content must be base64 encoded."
            },
            {
                "attachments",
                "[{\"content\":\"YQ\",\"filename\":\"a\"}]",
                "attachments.0.content",
                "The attachment content must be base64 encoded."
            },
            { "attachments", "[{\"content\":\"YQ==\"}]", "attachments.0.filename", "filename is required." },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\\nb\"}]",
                "attachments.0.filename",
                "The filename of your attachment cannot contain CRLF"
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"@@@\"}]",
                "attachments.0.filename",
                "The filename of your attachment cannot be longer than 255"
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"type\":\"a/b;c\"}]",
                "attachments.0.type",
                "The type cannot contain ';', or CRLF characters."
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"type\":\"a/b\\n\"}]",
                "attachments.0.type",
                "The type cannot contain ';', or CRLF characters."
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"type\":\"pdf\"}]",
                "attachments.0.type",
                "The type must be a media type"
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"disposition\":\"x\"}]",
                "attachments.0.disposition",
                "The disposition of your attachment can be either \"inline\" or \"attachment\". You provided 'x'."
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"disposition\":\"inline\"}]",
                "attachments.0.content_id",
                "The content ID of your attachment is required"
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"content_id\":\"x\\ry\"}]",
                "attachments.0.content_id",
                "The content ID of your attachment cannot contain CRLF"
            },
            {
                "attachments",
                "[{\"content\":\"YQ==\",\"filename\":\"a\",\"content_id\":\"x y\"}]",
                "attachments.0.content_id",
                "The content ID of your attachment must be at most"
            },
            // Headers
            { "headers", "[]", "headers", "Invalid type. Expected: object, given: array." },
            { "headers/X-A", "1", "headers.X-A", "The header values must be strings." },
            { "headers/X-A", "null", "headers.X-A", "The header values must be strings." },
            { "headers/X-A", "\"a\\r\\nBcc: eve@example.org\"", "headers.X-A", "The header values cannot contain CR, LF or NUL" },
            { "headers/X A", "\"a\"", "headers.X A", "Header keys cannot contain non-ASCII characters and empty spaces." },
            { "headers/X:A", "\"a\"", "headers.X:A", "Header keys cannot contain non-ASCII characters and empty spaces." },
            { "headers/X-Ä", "\"a\"", "headers.X-Ä", "Header keys cannot contain non-ASCII characters and empty spaces." },
            { "headers", "{\"\":\"a\"}", "headers", "Header keys cannot contain non-ASCII characters and empty spaces." },
            { "headers", "{\"X-A\":\"a\",\"x-a\":\"b\"}", "headers.x-a", "The headers cannot contain duplicate keys." },
            {
                "personalizations/0/headers/reply-to",
                "\"a@example.org\"",
                "personalizations.0.headers.reply-to",
                "Header can not be one of the reserved keys."
            },
            // Maps
            { "categories", "\"a\"", "categories", "Categories must be an array of strings." },
            { "categories", "[1]", "categories.0", "Categories must be an array of strings." },
            {
                "categories",
                "[\"a\",\"a\"]",
                "categories.1",
                "The categories must be a unique list, and you have included a more than once."
            },
            { "categories", "[\"a\\n\"]", "categories.0", "Categories can not contain CR, LF or NUL characters." },
            { "categories", "[\"ä\"]", "categories.0", "Categories can not contain non-ASCII characters." },
            { "categories", "[\"\"]", "categories.0", "Each category must be a string at least one character in length." },
            { "categories", "[" + LongText + "]", "categories.0", "Each category must not be longer than 255 characters." },
            {
                "categories",
                "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]",
                "categories",
                "There is a limit of 10 categories for each email that is sent. You provided 11 categories."
            },
            { "custom_args", "\"a\"", "custom_args", "Invalid type. Expected: object, given: string." },
            { "custom_args/a", "{}", "custom_args.a", "All values of custom arguments object must be strings" },
            {
                "personalizations/0/custom_args/a",
                "[1]",
                "personalizations.0.custom_args.a",
                "All values of custom arguments object must be strings"
            },
            {
                "personalizations/0/substitutions",
                "[]",
                "personalizations.0.substitutions",
                "The substitution values must be an object of key/value pairs"
            },
            {
                "personalizations/0/substitutions/a",
                "1",
                "personalizations.0.substitutions.a",
                "The substitution values must be an object of key/value pairs"
            },
            {
                "personalizations/0/substitutions",
                "{\"\":\"a\"}",
                "personalizations.0.substitutions",
                "The substitution tag must be a string at least one character"
            },
            {
                "personalizations/0/substitutions",
                "{\"order\":\"a\\r\\nBcc: eve@example.org\"}",
                "personalizations.0.substitutions",
                "The value of a substitution that is used in the subject or in a header"
            },
            {
                "personalizations/0/dynamic_template_data",
                "\"a\"",
                "personalizations.0.dynamic_template_data",
                "Invalid type. Expected: object, given: string."
            },
            // When
            { "send_at", "\"1767268800\"", "send_at", "The send_at parameter is expecting a Unix timestamp as an integer." },
            { "send_at", "1.5", "send_at", "The send_at parameter is expecting a Unix timestamp as an integer." },
            { "send_at", "1e30", "send_at", "The send_at parameter is expecting a Unix timestamp as an integer." },
            { "send_at", "1767528001", "send_at", "Scheduling more than 72 hours in advance is forbidden." },
            { "send_at", "9223372036854775807", "send_at", "Scheduling more than 72 hours in advance is forbidden." },
            {
                "personalizations/0/send_at",
                "1767528001",
                "personalizations.0.send_at",
                "Scheduling more than 72 hours in advance is forbidden."
            },
            { "batch_id", "1", "batch_id", "The batch_id must be a string." },
            { "batch_id", "\"***\"", "batch_id", "invalid batch id" },
            // Settings
            { "asm", "{}", "asm.group_id", "The ASM group ID must be an integer." },
            { "asm", "{\"group_id\":\"a\"}", "asm.group_id", "The ASM group ID must be an integer." },
            {
                "asm",
                "{\"group_id\":1,\"groups_to_display\":[\"a\"]}",
                "asm.groups_to_display.0",
                "The ASM Group IDs to display must be an array of integers."
            },
            {
                "asm",
                "{\"group_id\":1,\"groups_to_display\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26]}",
                "asm.groups_to_display",
                "There is a limit of 25 unsubscribe groups"
            },
            { "ip_pool_name", "1", "ip_pool_name", "The name of your IP pool must be a string." },
            { "ip_pool_name", "\"a\"", "ip_pool_name", "The name of your IP pool must be 2 to 64 characters long." },
            { "mail_settings", "[]", "mail_settings", "Invalid type. Expected: object, given: array." },
            { "mail_settings/sandbox_mode", "true", "mail_settings.sandbox_mode", "Invalid type. Expected: object, given: boolean." },
            {
                "mail_settings/sandbox_mode/enable",
                "\"true\"",
                "mail_settings.sandbox_mode.enable",
                "The sandbox mode enable param should be a boolean value."
            },
            {
                "mail_settings/bypass_spam_management/enable",
                "1",
                "mail_settings.bypass_spam_management.enable",
                "The bypass spam management enable param should be"
            },
            { "mail_settings/footer/html", "1", "mail_settings.footer.html", "The text/html version of your footer should be a string." },
            {
                "mail_settings",
                "{\"bypass_list_management\":{\"enable\":true},\"bypass_spam_management\":{\"enable\":true}}",
                "mail_settings",
                "bypass_list_management cannot be combined"
            },
            {
                "tracking_settings/click_tracking/enable",
                "1",
                "tracking_settings.click_tracking.enable",
                "The click tracking enable param should be a boolean value."
            },
            {
                "tracking_settings/ganalytics/utm_term",
                "1",
                "tracking_settings.ganalytics.utm_term",
                "The Google Analytics utm_term must be a string value."
            },
        };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_is_the_one_error(string path, string json, string? field, string message)
    {
        json = json.Replace("@@@", new string('a', 300), StringComparison.Ordinal)
            .Replace("***", new string('a', 400), StringComparison.Ordinal);

        var error = Assert.Single(Requests.Refused(Requests.With((path, json))));

        Assert.Equal(field, error.Field);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Null(error.Help);
    }

    [Theory]
    [InlineData("x-sg-id")]
    [InlineData("X-SG-EID")]
    [InlineData("Received")]
    [InlineData("DKIM-Signature")]
    [InlineData("content-type")]
    [InlineData("Content-Transfer-Encoding")]
    [InlineData("To")]
    [InlineData("From")]
    [InlineData("Subject")]
    [InlineData("Reply-To")]
    [InlineData("Cc")]
    [InlineData("Bcc")]
    [InlineData("Message-ID")]
    [InlineData("Date")]
    [InlineData("MIME-Version")]
    [InlineData("Return-Path")]
    public void A_reserved_header_is_refused(string name)
    {
        var error = Assert.Single(Requests.Refused(Requests.With(($"headers/{name}", "\"a\""))));

        Assert.Equal("Header can not be one of the reserved keys.", error.Message);
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        var request = Requests.With(
            ("personalizations/0/to/0/email", "\"nobody\""),
            ("personalizations/0/cc/0/name", "\"a\\nb\""),
            ("from/email", "\"nobody\""),
            ("subject", Requests.Removed),
            ("content/1/value", "\"\""),
            ("headers/To", "\"a\""),
            ("categories", "[1]"),
            ("send_at", "\"soon\""),
            ("mail_settings/sandbox_mode/enable", "0")
        );

        Assert.Equal(
            [
                "personalizations.0.to.0.email",
                "personalizations.0.cc.0.name",
                "from.email",
                "content.1.value",
                "headers.To",
                "categories.0",
                "send_at",
                "mail_settings.sandbox_mode.enable",
                "subject",
            ],
            Requests.Refused(request).Select(error => error.Field)
        );
    }

    [Fact]
    public void An_empty_object_misses_four_things() =>
        Assert.Equal(
            ["personalizations", "from.email", "subject", "content"],
            Requests.Refused(new JsonObject()).Select(error => error.Field)
        );

    [Fact]
    public void A_templates_id_starts_with_d()
    {
        var error = Assert.Single(Requests.Refused(Requests.With(("template_id", "\"hello\""), ("content", Requests.Removed))));

        Assert.Equal(("template_id", "The template_id must start with 'd-'"), (error.Field, error.Message));
    }

    [Fact]
    public void Substitutions_and_a_dynamic_template_exclude_each_other() =>
        Assert.Contains(
            Requests.Refused(
                Requests.With(
                    ("template_id", "\"d-0\""),
                    ("content", Requests.Removed),
                    ("personalizations/0/substitutions", "{\"a\":\"b\"}")
                )
            ),
            error =>
                error is { Field: "personalizations.0.substitutions", Message: "Substitutions may not be used with dynamic templating" }
        );

    [Fact]
    public void Reply_to_and_its_list_exclude_each_other() =>
        Assert.Equal(
            "reply_to",
            Assert
                .Single(
                    Requests.Refused(
                        Requests.With(("reply_to", "{\"email\":\"a@example.org\"}"), ("reply_to_list", "[{\"email\":\"b@example.org\"}]"))
                    )
                )
                .Field
        );

    [Theory]
    [InlineData(9_989, true)]
    [InlineData(9_990, false)]
    public void Custom_args_stay_below_10_000_bytes_after_merging(int bytes, bool isAccepted)
    {
        // {"a":"…","b":"…"}: 1 + 2 × (1 + 6) around the values, the shared "b" being overridden.
        var value = new string('x', bytes - 5);
        var request = Requests.With(
            ("custom_args", $$"""{"a":"{{value}}","b":"to be overridden"}"""),
            ("personalizations/0/custom_args", """{"b":""}""")
        );
        request["custom_args"]!["b"] = "";

        Assert.Equal(isAccepted, Requests.Parse(request).Errors.Count == 0);
    }

    [Theory]
    [InlineData(10_000 - 8, true)]
    [InlineData(10_001 - 8, false)]
    public void Substitutions_hold_10_000_bytes(int bytes, bool isAccepted) =>
        Assert.Equal(
            isAccepted,
            Requests.Parse(Requests.With(("personalizations/0/substitutions", $$"""{"-":"{{new string('x', bytes)}}"}"""))).Errors.Count
                == 0
        );

    [Fact]
    public void Eleven_attachments_are_refused()
    {
        var attachments = string.Join(',', Enumerable.Repeat("""{"content":"YQ==","filename":"a"}""", 11));

        var error = Assert.Single(Requests.Refused(Requests.With(("attachments", $"[{attachments}]"))));

        Assert.Equal("There is a limit of 10 attachments for each email that is sent. You provided 11 attachments.", error.Message);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_request_holds_a_thousand_recipients(int count, bool isAccepted)
    {
        var addresses = Enumerable.Range(0, count - 1).Select(i => $$"""{"email":"a{{i}}@example.org"}""");
        var request = Requests.With(
            ("personalizations", $$"""[{"to":[{{string.Join(',', addresses)}}]},{"to":[{"email":"a1@example.org"}]}]""")
        );

        var errors = Requests.Parse(request).Errors;

        Assert.Equal(
            isAccepted ? [] : ["There is a limit of 1000 total recipients (to + cc + bcc) per request."],
            errors.Select(error => error.Message)
        );
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_request_holds_a_thousand_personalizations(int count, bool isAccepted)
    {
        var personalizations = Enumerable.Range(0, count).Select(i => $$"""{"to":[{"email":"a{{i}}@example.org"}]}""");

        var errors = Requests.Parse(Requests.With(("personalizations", $"[{string.Join(',', personalizations)}]"))).Errors;

        Assert.Equal(isAccepted, errors.Count == 0);
        Assert.All(errors, error => Assert.Contains("You have provided 1001 personalizations.", error.Message, StringComparison.Ordinal));
    }
}
