using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>Collects what is wrong with a request.</summary>
internal sealed class ErrorList
{
    // A hostile body of 20 MB can hold millions of mistakes; nobody reads that many.
    private const int Max = 1000;

    private readonly List<ApiError> _errors = [];

    public IReadOnlyList<ApiError> All => _errors;

    public void Add(string message, string? field)
    {
        if (_errors.Count < Max)
            _errors.Add(new ApiError(message, field));
    }
}
