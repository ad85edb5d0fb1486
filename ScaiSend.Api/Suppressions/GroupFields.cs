using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Suppressions;

/// <summary>The fields of a request about an unsubscribe group; null is what was not given.</summary>
public sealed record GroupFields(string? Name, string? Description, bool? IsDefault)
{
    private const int MaxBytes = 16 * 1024;
    private const int MaxName = 30;
    private const int MaxDescription = 100;

    /// <summary>The fields, or what is wrong with them.</summary>
    /// <param name="isNew">A new group needs a name and a description.</param>
    public static async Task<(GroupFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, bool isNew)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var fields = new GroupFields(
            isNew ? body.Required("name", MaxName) : body.Text("name", MaxName, min: 1),
            isNew ? body.Required("description", MaxDescription, min: 0) : body.Text("description", MaxDescription),
            body.Flag("is_default")
        );
        return body.Refusal(http) is { } refusal ? (null, refusal) : (fields, null);
    }
}
