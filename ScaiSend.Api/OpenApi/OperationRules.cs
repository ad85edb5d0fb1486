using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ScaiSend.Api.OpenApi;

/// <summary>
/// Completes an operation with what is the same for all of its kind, so that no file repeats it: what it asks of its caller, the answers
/// to a caller who may not, and in words what the <c>x-</c> members say to programs.
/// </summary>
internal static class OperationRules
{
    public static void Complete(string path, JsonObject operation)
    {
        var responses = operation["responses"]!.AsObject();
        foreach (var (_, response) in responses)
        {
            if (response!["x-errors"] is JsonArray errors)
                response["description"] = response["description"]!.GetValue<string>() + Table(errors);
        }
        if (operation["x-required-scopes"] is not JsonArray scopes)
        {
            operation["security"] = new JsonArray();
            return;
        }
        if (operation["x-administrators"] is JsonObject administrators)
        {
            CompleteForAdministrators(operation, scopes, administrators);
            Sort(responses);
            return;
        }
        if (IsForOperators(path, scopes))
        {
            operation["security"] = new JsonArray(new JsonObject { ["OperatorKey"] = new JsonArray() });
            foreach (var status in (string[])["401", "403", "503"])
                responses.TryAdd(status, new JsonObject { ["$ref"] = $"#/components/responses/Operator{status}" });
            Sort(responses);
            return;
        }
        operation["security"] = new JsonArray(new JsonObject { ["ApiKey"] = new JsonArray() });
        operation["description"] = Words(operation, scopes);
        var envelope = path.StartsWith("/v3/mail/", StringComparison.Ordinal) ? "Errors" : "Detail";
        foreach (var status in (string[])["401", "403", "429", "503"])
            responses.TryAdd(status, new JsonObject { ["$ref"] = $"#/components/responses/{envelope}{status}" });
        Sort(responses);
    }

    private static void CompleteForAdministrators(JsonObject operation, JsonArray scopes, JsonObject administrators)
    {
        var hasKeys = administrators["keys"]!.GetValue<bool>();
        var security = new JsonArray { Scheme("AdministratorToken"), Scheme("OperatorKey") };
        if (hasKeys)
            security.Add(Scheme("ApiKey"));
        operation["security"] = security;
        var who = string.Join(", ", scopes.Select(scope => $"`{scope!.GetValue<string>()}`"));
        var partners = administrators["partners"]!.GetValue<bool>() ? ", the partner's administrator," : "";
        operation["description"] =
            operation["description"]?.GetValue<string>()
            + (
                scopes.Count == 0
                    ? "\n\n**Who:** operators and every token."
                    : $"\n\n**Who:** staff{partners} and a token{(hasKeys ? " or an API key" : "")} of the tenant with {who}."
            );
        foreach (var status in (string[])["401", "403", "429", "503"])
            operation["responses"]!
                .AsObject()
                .TryAdd(
                    status,
                    new JsonObject { ["$ref"] = $"#/components/responses/{(status == "403" ? "Administrator" : "Detail")}{status}" }
                );
    }

    private static JsonObject Scheme(string name) => new() { [name] = new JsonArray() };

    // A scope is what a tenant's key has; below /api/admin it opens what is about the tenant itself.
    private static bool IsForOperators(string path, JsonArray scopes) =>
        path.StartsWith("/api/admin/", StringComparison.Ordinal) && scopes.Count == 0;

    private static string Words(JsonObject operation, JsonArray scopes)
    {
        var text = new StringBuilder(operation["description"]?.GetValue<string>());
        var names = string.Join(", ", scopes.Select(scope => $"`{scope!.GetValue<string>()}`"));
        text.Append(
            scopes.Count switch
            {
                0 when operation["x-for-users"] is not null => "\n\n**Scope:** none, but a token; an API key is nobody.",
                0 => "\n\n**Scope:** any valid key.",
                1 => $"\n\n**Scope:** {names}.",
                _ => $"\n\n**Scope:** any of {names}.",
            }
        );
        if (!operation["x-dialects"]!.AsArray().Any(dialect => dialect!.GetValue<string>() == "sendgrid"))
            text.Append("\n\n**SendGrid's dialect:** none; SendGrid has no such operation.");
        else if (operation["x-sendgrid"]?["description"] is { } difference)
            text.Append(CultureInfo.InvariantCulture, $"\n\n**SendGrid's dialect:** {difference.GetValue<string>()}");
        return text.ToString();
    }

    private static string Table(JsonArray errors)
    {
        var table = new StringBuilder("\n\n| field | message |\n|---|---|\n");
        foreach (var error in errors)
        {
            var message = error!["message"]!.GetValue<string>().Replace("|", "\\|", StringComparison.Ordinal);
            table.Append(CultureInfo.InvariantCulture, $"| `{error["field"]!.GetValue<string>()}` | {message} |\n");
        }
        return table.ToString();
    }

    private static void Sort(JsonObject responses)
    {
        var sorted = responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        responses.Clear();
        foreach (var (status, response) in sorted)
            responses.Add(status, response);
    }
}
