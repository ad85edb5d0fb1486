using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Simulation;

namespace ScaiSend.Api.Simulation;

/// <summary>The header with which a test key asks that its mail plays a scenario.</summary>
public static class SimulateHeader
{
    public const string Name = "X-ScaiSend-Simulate";

    /// <summary>The refusal of a header that asks for what there is not, or with a key that really sends; null when it may be, or is absent.</summary>
    public static IResult? Refusal(IHeaderDictionary headers, Caller caller)
    {
        var given = headers[Name];
        if (given.Count == 0)
            return null;
        if (!caller.IsTest)
            return Refuse($"The {Name} header needs a test key (sg_test_…). A live key sends, except to the addresses of the simulator.");
        return given.Count == 1 && Scenarios.Find(given[0]) is not null
            ? null
            : Refuse($"The {Name} header must be one of: {Scenarios.Words}.");
    }

    /// <summary>What a header that was not refused asks for; null when it is absent.</summary>
    public static Scenario? Of(IHeaderDictionary headers) => headers[Name] is [{ } word] ? Scenarios.Find(word) : null;

    /// <summary>400: the request says in its body that nothing shall happen.</summary>
    public static IResult ContradictsSandbox { get; } =
        Refuse($"The {Name} header cannot be combined with mail_settings.sandbox_mode, which only checks and stores the mail.");

    private static SendGridErrors Refuse(string message) => SendGridErrors.Because(StatusCodes.Status400BadRequest, message, Name);
}
