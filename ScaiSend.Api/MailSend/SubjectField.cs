namespace ScaiSend.Api.MailSend;

/// <summary>Reads a <c>subject</c>.</summary>
internal static class SubjectField
{
    private const int Longest = 10_000;

    public static string? Read(ref JsonCursor json)
    {
        const string empty = "The subject of your email must be a string at least one character in length.";
        var subject = json.Text(ifNot: empty);
        if (subject is [])
            json.Errors.Add(empty);
        else if (HeaderText.IsBroken(subject))
            json.Errors.Add("The subject of your email cannot contain CR, LF or NUL characters.");
        else if (subject?.Length > Longest)
            json.Errors.Add($"The subject of your email cannot be longer than {Longest} characters.");
        return subject;
    }
}
