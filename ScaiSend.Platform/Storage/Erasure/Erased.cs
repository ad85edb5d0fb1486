namespace ScaiSend.Platform.Storage.Erasure;

/// <summary>What stands where a person's data stood.</summary>
public static class Erased
{
    /// <summary>The same for everybody, so that it tells nothing. RFC 2606 §2: nobody can have it.</summary>
    public const string Address = "erased@erased.invalid";

    /// <summary>In place of a text.</summary>
    public const string Text = "(erased)";
}
