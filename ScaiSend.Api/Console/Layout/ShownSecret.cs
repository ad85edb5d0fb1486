namespace ScaiSend.Api.Console.Layout;

/// <summary>
/// Something secret that was just made, shown this once: the answer to the form itself, since neither a URL nor a cookie may have it, and nobody
/// keeps the page.
/// </summary>
/// <param name="Done">What was done.</param>
/// <param name="Label">What the secret is called.</param>
/// <param name="Hint">What to do with it.</param>
/// <param name="Next">Where to go on; below <c>/console/</c>.</param>
public sealed record ShownSecret(string Title, string Done, string Label, string Secret, string Hint, string Next)
{
    public Page Page() => Layout.Page.Of<ShownSecretPage>(Title, this);

    /// <summary>For logs and debuggers, which must not see the secret.</summary>
    public override string ToString() => Title;
}
