using ScaiSend.Api.Messages.Explanation;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <param name="Says">What the summary has in it.</param>
/// <param name="Next">What the next step has in it; null: there is none.</param>
/// <param name="Actions">What a program of the tenant may do, in order.</param>
internal sealed record Case(
    Func<SagaLife, Task> Live,
    Situation Situation,
    string Says,
    string? Next,
    string Actions,
    Func<SagaLife, EmailFacts>? Facts = null,
    Func<SagaLife>? Begin = null,
    string? Unknown = null,
    string? Because = null
);
