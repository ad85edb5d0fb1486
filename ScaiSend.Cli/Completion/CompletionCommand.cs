using System.CommandLine;

namespace ScaiSend.Cli.Completion;

/// <summary><c>scaisend completion bash | zsh | fish</c>: prints what lets a shell complete commands and options. The script asks the executable itself, so it never ages.</summary>
internal static class CompletionCommand
{
    public static Command New()
    {
        var command = new Command("completion", "Prints a script that lets a shell complete commands and options");
        foreach (var (shell, how, script) in Scripts)
        {
            var one = new Command(shell, how);
            one.SetAction((parsed, _) => parsed.InvocationConfiguration.Output.WriteAsync(script));
            command.Subcommands.Add(one);
        }
        return command;
    }

    // The library's directive [suggest:POSITION] answers a line for each word that may stand at a place of a command line.
    private static readonly (string Shell, string How, string Script)[] Scripts =
    [
        (
            "bash",
            "For bash: source <(scaisend completion bash)",
            """
            # bash completion for scaisend: source <(scaisend completion bash)
            _scaisend() {
                local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
                local rest=${line#*[[:space:]]}
                mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)" -- "$word")
            }
            complete -o default -F _scaisend scaisend

            """
        ),
        (
            "zsh",
            "For zsh: source <(scaisend completion zsh)",
            """
            # zsh completion for scaisend: source <(scaisend completion zsh)
            _scaisend() {
                local line=${BUFFER[1,CURSOR]}
                local rest=${line#*[[:space:]]}
                local -a words_here
                words_here=(${(f)"$(${words[1]} "[suggest:${#rest}]" "$rest" 2>/dev/null)"})
                compadd -a words_here || _files
            }
            compdef _scaisend scaisend

            """
        ),
        (
            "fish",
            "For fish: scaisend completion fish | source",
            """
            # fish completion for scaisend: scaisend completion fish | source
            function __scaisend_complete
                set -l line (commandline -cp)
                set -l rest (string replace -r '^\S+\s+' '' -- $line)
                set -l word (commandline -ct)
                set -l found (scaisend "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null | string match -- "$word*")
                test (count $found) -gt 0; and printf '%s\n' $found; or __fish_complete_path "$word"
            end
            complete -c scaisend -f -a '(__scaisend_complete)'

            """
        ),
    ];
}
