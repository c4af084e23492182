using System.CommandLine;

namespace Transluce.Batch.Jobs;

/// <summary><c>clusters</c>: what the agents of a suite did, grouped: share, keywords, cited examples.</summary>
internal static class ClustersVerb
{
    private const int ShownAtFirst = 15;

    public static Command Create(Terminal terminal)
    {
        var store = VerbArguments.Store();
        var run = VerbArguments.Run();
        var suite = new Option<string?>("--suite") { Description = "The name of a suite; without it the latest run over any.", HelpName = "NAME" };
        var all = new Option<bool>("--all") { Description = "Every cluster; without it the largest ones." };
        var command = new Command("clusters", "Shows the newest clusters of a suite of transcripts: their share of the runs, keywords, cited examples.") { store, suite, run, all };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(store), parsed.GetValue(run), parsed.GetValue(suite), parsed.GetValue(all) ? int.MaxValue : ShownAtFirst, terminal));
        return command;
    }

    private static int Run(string folder, string? runId, string? suite, int most, Terminal terminal)
    {
        using var store = VerbArguments.OpenStore(folder);
        ClustersPage.Write(terminal, SuiteTables.Open(store, runId, suite), most);
        return ExitCode.Done;
    }
}
