namespace ScaiSend.Api.MailSend;

/// <summary>SendGrid's words for what is wrong with a mail.</summary>
internal static class Texts
{
    public const string Personalizations = "The personalizations field is required and must have at least one personalization.";
    public const string TooManyPersonalizations = "There may not be more than 1000 personalizations per request.";
    public const string To =
        "The to array is required for all personalization objects, and must have at least one email object with a valid email address.";
    public const string TooManyRecipients = "The total number of recipients over to, cc and bcc cannot be more than 1000 per request.";
    public const string Address = "Does not contain a valid address.";
    public const string From =
        "The from object must be provided for every email send. It is a required parameter, but may not have been provided.";
    public const string ReplyTo = "Only one of reply_to and reply_to_list may be provided.";
    public const string TooManyReplyTo = "The reply_to_list cannot have more than 1000 email objects.";
    public const string Subject =
        "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.";
    public const string EmptySubject = "The subject of your email must be a string at least one character in length.";
    public const string Content =
        "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.";
    public const string ContentType = "The content type must be a string at least one character in length.";
    public const string ContentTypeSyntax = "The content type must be a media type of a text, such as text/plain or text/html.";
    public const string ContentValue = "The content value must be a string at least one character in length.";
    public const string ContentOrder =
        "If present, text/plain and text/html may only be provided once, text/plain first, then text/html, then any other type.";
    public const string TemplateId = "The template_id must start with 'd-'";
    public const string TemplateWithContent = "The content parameter cannot be used together with a template_id.";
    public const string TooManyAttachments = "There may not be more than 10 attachments per request.";
    public const string AttachmentContent = "The attachment content must be a string at least one character in length.";
    public const string AttachmentBase64 = "The attachment content must be base64 encoded.";
    public const string FileName = "The attachment filename must be a string at least one character in length.";
    public const string AttachmentType = "The attachment type must be a string at least one character in length.";
    public const string Disposition = "The attachment disposition must be either \"inline\" or \"attachment\".";
    public const string ContentId = "The attachment content_id is required when the disposition is inline.";
    public const string ContentIdSyntax = "The attachment content_id must be 1 to 255 printable ASCII characters without angle brackets.";
    public const string HeaderName = "A header's name must be 1 to 76 printable ASCII characters without spaces and colons.";
    public const string HeaderReserved = "The header is reserved and cannot be set.";
    public const string HeaderTwice = "A header can be set only once; upper and lower case make no difference.";
    public const string HeadersTooLarge = "The headers cannot be larger than 10,000 bytes.";
    public const string Category = "A category must be a string at least one character in length.";
    public const string TooManyCategories = "There cannot be more than 10 categories per request.";
    public const string CategoryTwice = "The categories must be unique.";
    public const string CustomArgs = "The custom_args cannot be larger than 10,000 bytes.";
    public const string Substitutions = "The substitutions cannot be larger than 10,000 bytes per personalization.";
    public const string SubstitutionLine =
        "The substitution is used in the subject or a header and cannot contain CR, LF or NUL characters.";
    public const string SendAt = "Scheduling more than 72 hours in advance is forbidden.";
    public const string GroupId = "The asm group_id is required and must be an integer.";
    public const string Settings = "The asm, ip_pool_name, mail_settings and tracking_settings cannot be larger than 60,000 bytes.";

    public static string Duplicate(string address, string field) =>
        "Each email address in the personalization block should be unique between to, cc, and bcc. "
        + $"We found the first duplicate instance of [{address}] in the {field} field.";

    public static string TemplateNotFound(string id) => $"Template not found: {id}";
}
