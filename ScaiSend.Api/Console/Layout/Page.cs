using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScaiSend.Api.Console.Layout;

/// <summary>A page of the console: a Razor component and its model, rendered once, inside the <see cref="Shell"/>. Razor encodes whatever is written into it.</summary>
/// <param name="Component">Has the parameter <c>Model</c> where there is a model.</param>
public sealed record Page(Type Component, string Title, object? Model, int Status) : IResult
{
    /// <summary>Scripts and styles of ours, pictures of ours, forms and frames to us; and nothing else.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static Page Of<TComponent>(string title, object? model = null, int status = StatusCodes.Status200OK)
        where TComponent : IComponent => new(typeof(TComponent), title, model, status);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await RenderAsync<Shell>(
            httpContext,
            new Dictionary<string, object?>
            {
                [nameof(Shell.View)] = View.Of(httpContext, Title),
                [nameof(Shell.Component)] = Component,
                [nameof(Shell.Model)] = Model,
            }
        );
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        Guard(response.Headers, Policy);
        await response.WriteAsync(html, httpContext.RequestAborted);
    }

    /// <summary>A component alone, for a part of a page that is shown anew.</summary>
    public static async Task<string> RenderAsync<TComponent>(HttpContext http, IDictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        var services = http.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString()
        );
    }

    /// <summary>What every answer of the console says: nobody keeps it, frames it, or guesses its kind.</summary>
    public static void Guard(IHeaderDictionary headers, string policy)
    {
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["X-Robots-Tag"] = "noindex, nofollow";
    }
}
