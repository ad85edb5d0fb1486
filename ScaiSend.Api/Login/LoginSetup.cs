using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ScaiSend.Api.Login;

/// <summary>What the serve role needs so that people can log in.</summary>
internal static class LoginSetup
{
    public static void AddLogin(this IServiceCollection services)
    {
        services.AddSingleton<VisitorLimits>();
        services.AddSingleton<LoginStates>();
        services.AddSingleton<Admission>();
        services.AddSingleton<CallbackUrl>();
        services.AddSingleton<BuiltInLogin>();
        services.AddSingleton<ScaiKeyClient>();
        services.AddSingleton<ScaiKeyUsers>();
        services.AddSingleton<ScaiKeyRequest>();
        services.AddSingleton<ScaiKeyLogin>();
        services.AddSingleton<LoginProvider>();
        services.AddSingleton<LoginPage>();
        services.AddSingleton<LoginParts>();
        services.AddSingleton<Profiles>();
    }

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapAuth();
        routes.MapLoginPage();
    }
}
