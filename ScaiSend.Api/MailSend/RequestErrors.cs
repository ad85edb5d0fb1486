using System.Globalization;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>Collects what is wrong with a request, and knows where in the request the reader stands. Paths become text only when something is wrong.</summary>
internal sealed class RequestErrors
{
    /// <summary>No caller reads more; a hostile one shall not make us write more.</summary>
    public const int Most = 1000;

    private readonly List<ApiError> _found = [];
    private Segment[] _path = new Segment[8];
    private int _depth;

    public IReadOnlyList<ApiError> Found => _found;

    /// <summary>Where the reader stands.</summary>
    public string? Path => Here(null);

    public void Enter()
    {
        if (_depth == _path.Length)
            Array.Resize(ref _path, _depth * 2);
        _path[_depth++] = new Segment(null, -1);
    }

    public void Leave() => _depth--;

    public void At(string name) => _path[_depth - 1] = new Segment(name, -1);

    public void AtNext() => _path[_depth - 1] = new Segment(null, _path[_depth - 1].Index + 1);

    /// <summary>Notes an error at the place where the reader stands, or at a leaf below it.</summary>
    public void Add(string message, string? leaf = null)
    {
        if (_found.Count < Most)
            _found.Add(new ApiError(message, Here(leaf)));
    }

    /// <summary>Notes that something required is missing, unless the caller was already told that it is wrong.</summary>
    public void AddMissing(string message, string? leaf = null, string? unlessWrongAt = null)
    {
        var field = Here(unlessWrongAt ?? leaf);
        if (!_found.Exists(error => IsAtOrBelow(error.Field, field)))
            Add(message, leaf);
    }

    private string? Here(string? leaf)
    {
        var segments = _path.Take(_depth).Select(segment => segment.ToString()).Append(leaf).Where(text => !string.IsNullOrEmpty(text));
        return string.Join('.', segments) is { Length: > 0 } path ? path : null;
    }

    private static bool IsAtOrBelow(string? field, string? path) =>
        path is null
        || (field is not null && (field == path || (field.StartsWith(path, StringComparison.Ordinal) && field[path.Length] == '.')));

    private readonly record struct Segment(string? Name, int Index)
    {
        public override string? ToString() => Name ?? (Index < 0 ? null : Index.ToString(CultureInfo.InvariantCulture));
    }
}
