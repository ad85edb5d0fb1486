namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>categories</c>: at most 10, unique, ASCII as SendGrid asks, each at most 255 characters.</summary>
internal static class CategoryFields
{
    private const int Most = 10;
    private const int Longest = 255;

    public static IReadOnlyList<string> Read(ref JsonCursor json)
    {
        const string wrong = "Categories must be an array of strings.";
        if (!json.EntersArray(ifNot: wrong))
            return [];
        var categories = new List<string>();
        var count = 0;
        while (json.NextItem())
        {
            if (++count > Most)
                json.Skip();
            else if (json.Text(isItem: true, ifNot: wrong) is { } category)
                Add(json.Errors, categories, category);
        }
        if (count > Most)
            json.Errors.Add($"There is a limit of {Most} categories for each email that is sent. You provided {count} categories.");
        return categories;
    }

    private static void Add(RequestErrors errors, List<string> categories, string category)
    {
        if (category.Length == 0)
            errors.Add("Each category must be a string at least one character in length.");
        else if (category.Length > Longest)
            errors.Add($"Each category must not be longer than {Longest} characters. {category[..50]}… exceeds this limit");
        else if (HeaderText.IsBroken(category))
            errors.Add("Categories can not contain CR, LF or NUL characters.");
        else if (!System.Text.Ascii.IsValid(category))
            errors.Add("Categories can not contain non-ASCII characters.");
        else if (categories.Contains(category))
            errors.Add($"The categories must be a unique list, and you have included {category} more than once.");
        else
            categories.Add(category);
    }
}
