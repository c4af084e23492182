using Spectre.Console;

namespace Transluce.Batch.Jobs;

/// <summary>Where a verb writes: results to one writer, progress and errors to the other.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress, warnings and errors.</param>
/// <param name="Colours">Output is a terminal that shows colours.</param>
/// <param name="IsInteractive">Error is a terminal on which a line can be redrawn.</param>
/// <param name="Width">Columns.</param>
/// <param name="Clock">For rates and remaining times.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool Colours, bool IsInteractive, int Width, TimeProvider Clock)
{
    private const int WidthOfFiles = 120;

    public static Terminal OfProcess()
    {
        var dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        var colours = !Console.IsOutputRedirected && !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal(Console.Out, Console.Error, colours, !Console.IsErrorRedirected && !dumb, Console.IsOutputRedirected ? WidthOfFiles : WindowWidth(), TimeProvider.System);
    }

    public void Line(string text = "") => Output.WriteLine(text);

    /// <summary>Writes a table. Its cells must be inert and escaped already (<see cref="Cell"/>).</summary>
    public void Write(Table table)
    {
        var console = NewConsole();
        console.Profile.Width = Math.Max(40, Width);
        console.Write(table);
    }

    /// <summary>Writes plain text and then a body, which is Spectre markup where colours are shown and plain text elsewhere; never wraps.</summary>
    public void Markup(string head, string body)
    {
        Output.Write(head);
        if (!Colours)
        {
            Output.WriteLine(body);
            return;
        }

        var console = NewConsole();
        console.Profile.Width = int.MaxValue;
        console.MarkupLine(body);
    }

    /// <summary>A table without a frame, whose columns are given as "name" (left) or ">name" (right); only the last one wraps.</summary>
    public static Table TableOf(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < columns.Length; i++)
        {
            table.AddColumn(new TableColumn(Spectre.Console.Markup.Escape(columns[i].TrimStart('>')))
            {
                Alignment = columns[i].StartsWith('>') ? Justify.Right : Justify.Left,
                NoWrap = i < columns.Length - 1,
            });
        }

        return table;
    }

    public static string Cell(string text) => Spectre.Console.Markup.Escape(Pipeline.InertText.Of(text));

    private IAnsiConsole NewConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Output),
        Ansi = Colours ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = Colours ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
    });

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and < 1000 ? Console.WindowWidth : WidthOfFiles;
        }
        catch (IOException)
        {
            return WidthOfFiles;
        }
    }
}
