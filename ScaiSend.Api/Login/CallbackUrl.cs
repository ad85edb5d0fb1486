using Microsoft.Extensions.Options;
using ScaiSend.Platform;

namespace ScaiSend.Api.Login;

/// <summary>Where one who has logged in is sent to.</summary>
public sealed class CallbackUrl(IOptions<LoginOptions> options, PublicUrl url)
{
    /// <summary>An absolute URL without query.</summary>
    public string Value { get; } = options.Value.CallbackUrl is { Length: > 0 } set ? set : url.Of(LoginOptions.CallbackPath);
}
