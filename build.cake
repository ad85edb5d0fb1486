// The build. Run it by ./build.sh, which restores the tools and passes arguments on, one a line, in ARGUMENTS.

const string Configuration = "Release";
var arguments = (EnvironmentVariable("ARGUMENTS") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

void Run(string command, IEnumerable<string> words)
{
    var quoted = new ProcessArgumentBuilder();
    foreach (var word in words)
        quoted.AppendQuoted(word);
    var code = StartProcess(command, new ProcessSettings { Arguments = quoted });
    if (code != 0)
        throw new CakeException(code, $"{command} {string.Join(' ', words)} ended with {code}");
}

void RunBenchmark(IEnumerable<string> words) => Run("build/bench.sh", words);

Task("servers").Does(() => Run("build/servers.sh", arguments.DefaultIfEmpty("start")));

Task("servers-started").Does(() => Run("build/servers.sh", ["start"]));

Task("build").Does(() => Run("dotnet", ["build", "ScaiSend.slnx", "--configuration", Configuration, "-warnaserror", "--verbosity", "quiet"]));

Task("format-check").Does(() => Run("dotnet", ["csharpier", "check", "."]));

Task("format").Does(() => Run("dotnet", ["csharpier", "format", "."]));

Task("style").Does(() => Run("build/style.sh", []));

Task("check").IsDependentOn("format-check").IsDependentOn("build").IsDependentOn("style");

Task("test").IsDependentOn("check").IsDependentOn("servers-started").Does(() => Run("build/test.sh", arguments));

Task("bench").IsDependentOn("build").IsDependentOn("servers-started").Does(() => RunBenchmark(arguments));

Task("crash").IsDependentOn("build").Does(() => RunBenchmark(["crash", .. arguments]));

RunTarget(Argument("target", "test"));
