using System.CommandLine;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary><c>run</c>: does whatever a configuration asks for and is not there yet.</summary>
internal static class RunVerb
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var config = VerbArguments.Config();
        var command = new Command("run", "Runs a job. What is there already is not done again; after a stop or a crash the same command goes on.") { config };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), terminal, cancellationToken));
        return command;
    }

    private static int Run(string config, Terminal terminal, CancellationToken cancellationToken)
    {
        var job = PreparedJob.Read(config);
        using var store = new FileSystemStore(job.Store);
        store.RemoveLeftovers();
        var plan = job.Plan(terminal.Clock);
        terminal.Error.WriteLine($"Run {plan.RunId} in {InertText.Of(store.Location)}: {job.Summary}");
        var observer = new RunProgress(terminal);
        var record = new InProcessExecutor(store, job.Graph, plan, job.Parallelism, observer, terminal.Clock).Run(cancellationToken);
        RunPage.Write(terminal, record);
        foreach (var remark in job.Remarks(store, plan))
        {
            terminal.Error.WriteLine($"Note: {InertText.Of(remark)}");
        }

        cancellationToken.ThrowIfCancellationRequested();
        return record.Status == RunStatus.Succeeded ? ExitCode.Done : ExitCode.Failed;
    }
}
