namespace ScaiSend.Contracts.Tracking;

/// <summary>The paths that mails carry; the token stands after them, and after the one of the pixel also <c>.gif</c>.</summary>
public static class TrackingPaths
{
    public const string Open = "/t/o/";
    public const string Click = "/t/c/";
    public const string Unsubscribe = "/t/u/";
    public const string Image = "/i/";

    /// <summary>The query parameter that holds the followed link.</summary>
    public const string ClickedUrl = "u";
}
