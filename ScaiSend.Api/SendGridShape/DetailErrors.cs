using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>A field of the body, or a parameter of the query, that cannot be taken.</summary>
/// <param name="Place"><c>body</c> or <c>query</c>.</param>
/// <param name="Name">Dotted path, such as <c>scopes.2</c>.</param>
/// <param name="Type"><c>missing</c>, <c>type_error</c> or <c>value_error</c>.</param>
public sealed record FieldError(string Place, string Name, string Message, string Type);

/// <summary>422 in the envelope <c>{"detail":[{loc,msg,type}]}</c>.</summary>
public sealed record DetailErrors(IReadOnlyList<FieldError> Errors) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        var body = new DetailListBody([.. Errors.Select(e => new DetailItem([e.Place, .. e.Name.Split('.')], e.Message, e.Type))]);
        return httpContext.Response.WriteAsJsonAsync(body, ErrorJson.Shared.DetailListBody, "application/json");
    }
}

/// <summary>The body <c>{"detail":[…]}</c>.</summary>
public sealed record DetailListBody(IReadOnlyList<DetailItem> Detail);

/// <summary>One thing that is wrong.</summary>
/// <param name="Loc">Where: <c>body</c> or <c>query</c>, then the path.</param>
public sealed record DetailItem(IReadOnlyList<string> Loc, string Msg, string Type);
