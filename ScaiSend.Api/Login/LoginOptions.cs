namespace ScaiSend.Api.Login;

/// <summary>How people log in. Section <c>Login</c>.</summary>
public sealed class LoginOptions
{
    /// <summary>The path of the page that finishes a login.</summary>
    public const string CallbackPath = "/console/callback";

    /// <summary>Where one who has logged in is sent to; our own page when empty.</summary>
    public string CallbackUrl { get; set; } = "";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (CallbackUrl.Length > 0 && !IsUrl(CallbackUrl))
            yield return $"Login:CallbackUrl is '{CallbackUrl}'; allowed is an http or https URL without query and fragment";
    }

    /// <summary>Whether a text is an absolute http or https URL without query and fragment.</summary>
    public static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" };
}
