using System.Text.Json;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Checks everything about a <c>POST /v3/mail/send</c> body at once.</summary>
public static class MailSendRequest
{
    private const int MaxPersonalizations = 1000;
    private const int MaxReplyTo = 1000;
    private const int MaxCategories = 10;
    private const int MaxCategory = 255;
    private const int MaxBatchId = 64;

    /// <summary>The mail, or all errors. Never throws, whatever the bytes.</summary>
    public static ParseOutcome Parse(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        var errors = new ErrorList();
        using var document = JsonText.TryOpen(json, out var unreadable);
        if (document is null)
        {
            errors.Add(unreadable!, null);
            return new ParseOutcome(null, errors.All);
        }

        var root = new Field(document.RootElement, errors).AsObject();
        var mail = root is null ? null : Mail(root, now);
        return errors.All.Count == 0 ? new ParseOutcome(mail, []) : new ParseOutcome(null, errors.All);
    }

    private static ParsedMail Mail(Field root, DateTimeOffset now)
    {
        var from = root.Object("from", required: Texts.From) is { } sender ? Addresses.Read(sender) : null;
        var replyTo = ReplyTo(root);
        var subject = Subject(root);
        var content = Contents.Read(root);
        var (attachments, blobs) = Attachments.Read(root, now);
        var headers = Pairs.Headers(root);
        var customArgs = Pairs.CustomArgs(root, shared: null);
        var categories = Categories(root);
        var sendAt = SendTime.Read(root, now);
        var batchId = root.Line("batch_id", max: MaxBatchId);
        var (isSandbox, settings) = Settings.Read(root);

        // Errors keep their rules quiet elsewhere: what is missing here has been said.
        var shared = new MessageContent(
            from ?? Addresses.None,
            replyTo,
            subject ?? "",
            content,
            attachments,
            headers,
            categories,
            customArgs
        );
        var personalizations = Personalizations(root, shared, now);
        return new ParsedMail(shared, personalizations, blobs, sendAt, batchId, isSandbox, settings);
    }

    private static IReadOnlyList<Address> ReplyTo(Field root)
    {
        var one = root.Object("reply_to");
        var many = root.Array("reply_to_list");
        if (one is not null && many is not null)
            many.Fail(Texts.ReplyTo);
        if (many?.Length > MaxReplyTo)
            many.Fail(Texts.TooManyReplyTo);
        else if (many is not null)
            return Addresses.ReadAll(many);
        return one is not null && Addresses.Read(one) is { } address ? [address] : [];
    }

    // Whether one is needed depends on the personalizations.
    private static string? Subject(Field root) => root.Line("subject", max: PersonalizationReader.MaxSubject);

    private static List<string> Categories(Field root)
    {
        var categories = new List<string>();
        if (root.Array("categories") is not { } list)
            return categories;
        if (list.Length > MaxCategories)
        {
            list.Fail(Texts.TooManyCategories);
            return categories;
        }
        foreach (var item in list.Items())
        {
            if (item.AsLine(Texts.Category, MaxCategory) is not { } category)
                continue;
            if (categories.Contains(category))
                item.Fail(Texts.CategoryTwice);
            categories.Add(category);
        }
        return categories;
    }

    private static List<ParsedPersonalization> Personalizations(Field root, MessageContent shared, DateTimeOffset now)
    {
        var personalizations = new List<ParsedPersonalization>();
        if (root.Array("personalizations", required: Texts.Personalizations) is not { } list)
            return personalizations;
        if (list.Length == 0)
            list.Fail(Texts.Personalizations);
        else if (list.Length > MaxPersonalizations)
            list.Fail(Texts.TooManyPersonalizations);
        else
        {
            var reader = new PersonalizationReader(shared, now);
            foreach (var item in list.Items())
                if (item.AsObject() is { } personalization)
                    personalizations.Add(reader.Read(personalization));
            if (reader.Recipients > PersonalizationReader.MaxRecipients)
                list.Fail(Texts.TooManyRecipients);
            if (shared.Subject.Length == 0 && reader.LacksSubject)
                RefuseMissingSubject(root);
        }
        return personalizations;
    }

    private static void RefuseMissingSubject(Field root)
    {
        // A subject of a wrong type has its error already.
        if (root.Member("subject") is not { } given)
            root.Fail("subject", Texts.Subject);
        else if (given.IsEmptyString)
            given.Fail(Texts.EmptySubject);
    }
}
