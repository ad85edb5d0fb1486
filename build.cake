// The build. Run it by ./build.sh, which restores the tools and passes arguments on, one a line, in ARGUMENTS.

const string Configuration = "Release";
var exitCode = 0;
var arguments = (EnvironmentVariable("ARGUMENTS") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

void Run(string command, IEnumerable<string> words)
{
    var quoted = new ProcessArgumentBuilder();
    foreach (var word in words)
        quoted.AppendQuoted(word);
    exitCode = StartProcess(command, new ProcessSettings { Arguments = quoted });
    if (exitCode != 0)
        throw new CakeException($"{command} {string.Join(' ', words)} ended with {exitCode}");
}

Task("servers").Does(() => Run("build/servers.sh", arguments.DefaultIfEmpty("start")));

Task("servers-started").Does(() => Run("build/servers.sh", ["start"]));

Task("build").Does(() => Run("dotnet", ["build", "ScaiSend.slnx", "--configuration", Configuration, "-warnaserror", "--verbosity", "quiet"]));

Task("format-check").Does(() => Run("dotnet", ["csharpier", "check", "."]));

Task("format").Does(() => Run("dotnet", ["csharpier", "format", "."]));

Task("style").Does(() => Run("build/style.sh", []));

Task("check").IsDependentOn("format-check").IsDependentOn("build").IsDependentOn("style");

Task("test").IsDependentOn("check").IsDependentOn("servers-started").Does(() => Run("build/test.sh", arguments));

Task("pictures").IsDependentOn("build").IsDependentOn("servers-started").Does(() => Run("build/pictures.sh", []));

Task("bench").IsDependentOn("build").IsDependentOn("servers-started").Does(() => Run("build/bench.sh", arguments));

Task("crash").IsDependentOn("build").Does(() => Run("build/bench.sh", ["crash", .. arguments]));

// Cake itself would end with 1, whatever the command ended with.
try
{
    RunTarget(Argument("target", "test"));
}
catch (Exception e) when (exitCode != 0)
{
    Error(e.Message);
    Environment.Exit(exitCode);
}
