using Spectre.Console;

namespace ScaiSend.Cli;

/// <summary>Where people read: with colours and the terminal's width on a terminal, plain elsewhere.</summary>
internal static class Terminal
{
    // Wide enough that a row of a table stays in its line, for programs that read lines.
    private const int WidthElsewhere = 200;

    /// <summary>Whether somebody looks at what is written there.</summary>
    public static bool Is(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>What somebody types. Reading from a terminal cannot be cancelled, so after Ctrl-C nobody waits for it any more.</summary>
    public static Task<T> AskedAsync<T>(Func<T> read, CancellationToken cancellationToken) =>
        Task.Run(read, cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Writes for people. Elsewhere than on a terminal no line ends in blanks.</summary>
    public static async Task WriteAsync(TextWriter output, Action<IAnsiConsole> write)
    {
        if (Is(output))
        {
            write(On(output));
            return;
        }
        await using var text = new StringWriter();
        write(On(text));
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            await output.WriteLineAsync(line.TrimEnd());
    }

    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = Is(output);
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        if (!isTerminal)
            console.Profile.Width = WidthElsewhere;
        return console;
    }

    /// <summary>A table without lines, under these heads.</summary>
    public static Table Table(params string[] heads)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var head in heads)
            table.AddColumn(new TableColumn(new Text(head, new Style(decoration: Decoration.Bold))).NoWrap());
        return table;
    }

    /// <summary>A cell. Strangers may have written its text, and a terminal obeys control characters.</summary>
    public static Text Cell(string? text, Style? style = null) => new(Printable(text), style);

    public static string Printable(string? text) => text is null ? "" : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
