using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Says what went wrong: bad input by its message alone, a bug of ours with its trace.</summary>
internal static class Failure
{
    /// <param name="exception">What a verb threw.</param>
    /// <param name="terminal">Where to say it.</param>
    /// <param name="interrupted">The exit code of a signal that came, or null.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, Terminal terminal, int? interrupted)
    {
        var cause = Cause(exception);
        if (cause is OperationCanceledException && interrupted is { } code)
        {
            terminal.Error.WriteLine("Stopped. The same command goes on where this one stopped.");
            return code;
        }

        if (cause is ArtifactException)
        {
            Write(terminal, cause.Message);
            return cause is ConfigurationException ? ExitCode.Usage : ExitCode.Failed;
        }

        terminal.Error.WriteLine("This is a bug in transluce-batch, not in your input. Please report it with the lines below.");
        Write(terminal, exception.ToString());
        return ExitCode.Bug;
    }

    /// <summary>Messages name files, whose names may be hostile; their own lines stay lines.</summary>
    private static void Write(Terminal terminal, string message)
    {
        foreach (var line in message.Split('\n'))
        {
            terminal.Error.WriteLine(InertText.Of(line));
        }
    }

    /// <summary>What threads and tasks wrapped: the first that says something, bad input before a cancellation that followed from it.</summary>
    private static Exception Cause(Exception exception)
    {
        if (exception is not AggregateException aggregate)
        {
            return exception;
        }

        var inner = aggregate.Flatten().InnerExceptions;
        return inner.FirstOrDefault(candidate => candidate is not OperationCanceledException) ?? inner[0];
    }
}
