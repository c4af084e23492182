using System.Runtime.InteropServices;

namespace Transluce.Batch.Jobs;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that the work under way stops at its next step; a second one ends the process at
/// once, which is safe too: a shard counts only when its completion record is written.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly TextWriter error;
    private int exitCode;

    public Interruption(TextWriter error)
    {
        this.error = error;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, ExitCode.Terminated)),
        ];
    }

    public CancellationToken Token => source.Token;

    /// <summary>The code of the first signal, or null where none came.</summary>
    public int? Code => exitCode == 0 ? null : exitCode;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext signal, int code)
    {
        signal.Cancel = true;
        if (Interlocked.CompareExchange(ref exitCode, code, 0) != 0)
        {
            Environment.Exit(code);
        }

        error.WriteLine();
        error.WriteLine("Stopping at the next step; once more stops at once. Nothing that is finished is lost.");
        source.Cancel();
    }
}
