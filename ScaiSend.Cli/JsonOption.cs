using System.CommandLine;

namespace ScaiSend.Cli;

/// <summary><c>--json</c>, which every command has that prints data; a test looks.</summary>
internal static class JsonOption
{
    public static Option<bool> New() => new("--json") { Description = "Prints JSON, for programs" };
}
