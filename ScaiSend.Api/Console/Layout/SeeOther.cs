using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Console.Session;

namespace ScaiSend.Api.Console.Layout;

/// <summary>303 to another page: after a form the next page is fetched, never posted to (RFC 9110 §15.4.4).</summary>
/// <param name="Page">Below <c>/console/</c>, or an absolute URL of a login.</param>
/// <param name="Notice">What that page says first.</param>
public sealed record SeeOther(string Page, string? Notice = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        if (Notice is not null)
            services.GetRequiredService<SessionCookies>().WriteNotice(httpContext, Notice);
        var isElsewhere = Page.StartsWith("https://", StringComparison.Ordinal) || Page.StartsWith("http://", StringComparison.Ordinal);
        var (response, headers) = (httpContext.Response, httpContext.Response.Headers);
        response.StatusCode = StatusCodes.Status303SeeOther;
        headers.Location = isElsewhere ? Page : services.GetRequiredService<ConsolePaths>().Of(Page);
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
