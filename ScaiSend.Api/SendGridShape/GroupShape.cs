using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Suppressions;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Unsubscribe groups and their members. Both dialects have SendGrid's fields; the documented lists come in an envelope with their total.</summary>
public static class GroupShape
{
    public static IResult Show(CountedGroup group, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(Fields(group), statusCode: statusCode);

    public static IResult List(HttpContext http, IReadOnlyList<CountedGroup> groups) =>
        http.Dialect() == Dialect.SendGrid
            ? Results.Json(groups.Select(Fields))
            : Results.Json(new { groups = groups.Select(Fields), total = groups.Count });

    /// <summary>Addresses of a group.</summary>
    public static IResult Members(HttpContext http, IEnumerable<string> emails) =>
        http.Dialect() == Dialect.SendGrid ? Results.Json(emails) : SuppressionShape.Recipients(emails, StatusCodes.Status200OK);

    /// <summary>Who left which group.</summary>
    public static IResult AllMembers(HttpContext http, IEnumerable<MemberOfGroup> members)
    {
        var shown = members.Select(m => new
        {
            email = m.Address,
            group_id = m.GroupId,
            group_name = m.GroupName,
            created_at = m.CreatedAt.ToUnixTimeSeconds(),
        });
        return http.Dialect() == Dialect.SendGrid ? Results.Json(shown) : Results.Json(new { suppressions = shown });
    }

    /// <summary>Every group, and whether an address has left it.</summary>
    public static IResult OfAddress(IEnumerable<(CountedGroup Group, bool IsSuppressed)> groups) =>
        Results.Json(
            new
            {
                suppressions = groups.Select(it => new
                {
                    id = it.Group.Group.Id,
                    name = it.Group.Group.Name,
                    description = it.Group.Group.Description,
                    is_default = it.Group.Group.IsDefault,
                    suppressed = it.IsSuppressed,
                }),
            }
        );

    /// <summary>Why nothing was done.</summary>
    public static IResult Refusal(HttpContext http, string groupId, GroupChange change) =>
        change switch
        {
            GroupChange.NoGroup => Refusals.NotFound(http, "Group", groupId),
            GroupChange.NameTaken => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                "There is a group of this name already",
                "name"
            ),
            GroupChange.TooMany => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                $"Cannot create more than {StoredGroups.Most} groups"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No refusal"),
        };

    private static object Fields(CountedGroup group) =>
        new
        {
            id = group.Group.Id,
            name = group.Group.Name,
            description = group.Group.Description,
            is_default = group.Group.IsDefault,
            unsubscribes = group.Unsubscribes,
        };
}
