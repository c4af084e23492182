using System.Text;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.Tests.CommandLine;

/// <summary>A terminal whose output is kept, and the verbs run against it.</summary>
internal sealed class CapturedTerminal
{
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    public CapturedTerminal(bool colours = false, bool isInteractive = false, TimeProvider? clock = null) =>
        Terminal = new Terminal(new StringWriter(output), new StringWriter(error), colours, isInteractive, Width: 120, clock ?? TimeProvider.System);

    public Terminal Terminal { get; }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public string Both => Output + Error;

    public int Run(params string[] arguments)
    {
        using var interruption = new Interruption(Terminal.Error);
        return Jobs.CommandLine.Run(arguments, Terminal, interruption);
    }
}
