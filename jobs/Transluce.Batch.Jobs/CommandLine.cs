using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Parses the command line, runs a verb, and turns whatever goes wrong into a message and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, Interruption interruption)
    {
        var parsed = Root(terminal, interruption.Token).Parse(arguments);
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are Interruption's.
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parsed.Action is ParseErrorAction)
            {
                return Refuse(parsed, terminal);
            }

            return parsed.Invoke(invocation);
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, terminal, interruption.Code);
        }
    }

    private static RootCommand Root(Terminal terminal, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Labels every neuron of a language model, and groups what agents did in eval logs; everything comes out as versioned Parquet.")
        {
            RunVerb.Create(terminal, cancellationToken),
            PlanVerb.Create(terminal),
            SummaryVerb.Create(terminal),
            NeuronVerb.Create(terminal),
            ClustersVerb.Create(terminal),
            ArtifactsVerb.Create(terminal, cancellationToken),
            DoctorVerb.Create(terminal),
            ShardVerb.Create(terminal, cancellationToken),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples();
        return root;
    }

    private static int Refuse(ParseResult parsed, Terminal terminal)
    {
        foreach (var error in parsed.Errors.Where(error => parsed.Errors.Count == 1 || !error.Message.StartsWith("Required command", StringComparison.Ordinal)))
        {
            terminal.Error.WriteLine(InertText.Of(error.Message.Replace("expected type 'System.Int32'", "a whole number", StringComparison.Ordinal)));
        }

        var verbs = parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);
        if (parsed.UnmatchedTokens.Count > 0 && EditDistance.Nearest(parsed.UnmatchedTokens[0], verbs) is { } near)
        {
            terminal.Error.WriteLine($"Did you mean '{near}'?");
        }

        var verb = parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
        terminal.Error.WriteLine($"'transluce-batch {verb}--help' says what there is, with examples.");
        return ExitCode.Usage;
    }
}
