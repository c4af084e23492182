namespace Transluce.Batch.Jobs;

/// <summary>What the program's exit code means; the only place that says so.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The run failed, or a check (<c>doctor</c>, <c>artifacts verify</c>) found something wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>A bug of ours (EX_SOFTWARE of sysexits.h).</summary>
    public const int Bug = 70;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT). The same command goes on where it stopped.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + SIGTERM). The same command goes on where it stopped.</summary>
    public const int Terminated = 143;

    public const string Explanation = """
        Exit codes:
          0    done
          1    the run failed, or a check found something wrong
          2    the command line or the configuration is wrong; nothing was started
          70   a bug in transluce-batch
          130  stopped by Ctrl-C; the same command goes on where it stopped
          143  stopped by SIGTERM; the same command goes on where it stopped
        """;
}
