using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>A refusal in the envelope <c>{"detail":"…"}</c>: what every endpoint outside <c>/v3/mail/*</c> answers.</summary>
public sealed record DetailError(int StatusCode, string Detail) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode;
        return httpContext.Response.WriteAsJsonAsync(new DetailBody(Detail), ErrorJson.Shared.DetailBody, "application/json");
    }

    /// <summary>The answer's body.</summary>
    public byte[] ToJson() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new DetailBody(Detail), ErrorJson.Shared.DetailBody);
}

/// <summary>The body <c>{"detail":"…"}</c>.</summary>
public sealed record DetailBody(string Detail);
