using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Transluce.Batch.Jobs;

/// <summary>The generated help of a verb, followed by commands to copy.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    /// <summary>The root is named after the file that was started, which a launcher may call otherwise.</summary>
    private const string Program = "transluce-batch";
    private const string Demo = "pipeline-config/demo/neurons.yaml";
    private const string DemoTranscripts = "pipeline-config/demo/transcripts.yaml";

    private static readonly Dictionary<string, string> Examples = new()
    {
        [Program] = $"""
              transluce-batch run {Demo}        labels every neuron of the bundled model
              transluce-batch neuron 3 117                                 what was found about one neuron
              transluce-batch run {DemoTranscripts}    groups what agents did in the bundled eval logs
              transluce-batch clusters                                     the groups, with cited examples
              transluce-batch doctor                                       is this machine ready?

            {ExitCode.Explanation}
            """,
        ["run"] = $"""
              transluce-batch run {Demo}
              transluce-batch run {Demo}       again: does nothing and says so

            Ctrl-C stops at the next step; the same command goes on from there.
            """,
        ["plan"] = $"  transluce-batch plan {Demo}",
        ["summary"] = $"  transluce-batch summary {Demo}",
        ["clusters"] = """
              transluce-batch clusters                         of the newest run over any suite
              transluce-batch clusters --suite NAME --all
            """,
        ["artifacts"] = """
              transluce-batch artifacts list
              transluce-batch artifacts verify
              transluce-batch artifacts show select/3f2a
            """,
        ["list"] = "  transluce-batch artifacts list --store store",
        ["verify"] = """
              transluce-batch artifacts verify                 every artifact of the store
              transluce-batch artifacts verify select/3f2a     one of them
            """,
        ["show"] = "  transluce-batch artifacts show select/3f2a",
        ["neuron"] = """
              transluce-batch neuron 3 117                     both polarities, from the latest run
              transluce-batch neuron 3 117 --polarity -1 --split test --exemplars 20
            """,
        ["doctor"] = $"""
              transluce-batch doctor                           the machine
              transluce-batch doctor {Demo}    and whether this run can start
            """,
        ["shard"] = "  transluce-batch shard --store store --run 20260401-120000-1a2b --stage collect-exemplars --shard 0",
    };

    private readonly HelpAction help = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (Examples.TryGetValue(command is RootCommand ? Program : command.Name, out var examples))
        {
            output.WriteLine("Examples:");
            output.WriteLine(examples);
        }

        return ExitCode.Done;
    }
}
