using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Identity;

namespace ScaiSend.Api.Login;

/// <summary>The provider that the settings choose: ScaiKey where its keys are known, else ourselves.</summary>
public sealed class LoginProvider(IOptions<ScaiKeyOptions> options, IServiceProvider services)
{
    public bool IsBuiltIn { get; } = options.Value.JwksUrl.Length == 0;

    public ILoginProvider Chosen { get; } =
        options.Value.JwksUrl.Length == 0 ? services.GetRequiredService<BuiltInLogin>() : services.GetRequiredService<ScaiKeyLogin>();
}
