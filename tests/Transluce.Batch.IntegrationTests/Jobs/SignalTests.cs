using System.Diagnostics;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.IntegrationTests.Jobs;

[Collection(nameof(FinishedJob))]
public sealed class SignalTests
{
    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task A_signal_stops_the_run_cleanly_says_how_to_go_on_and_the_next_run_does(string signal, int expected)
    {
        using var job = new TinyJob();
        // A runner in the background hands an ignored SIGINT down to its children; env puts the default back.
        using var process = Process.Start(new ProcessStartInfo("env", [$"--default-signal={signal}", "dotnet", Path.Combine(AppContext.BaseDirectory, "transluce-batch.dll"), "run", job.ConfigFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = "";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            error += line + "\n";
            if (line.StartsWith("collect-exemplars: ", StringComparison.Ordinal) && !error.Contains("Stopping", StringComparison.Ordinal))
            {
                using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
                await kill.WaitForExitAsync();
                error += await process.StandardError.ReadToEndAsync();
            }
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == expected, $"ended with {process.ExitCode}: {error}{await output}");
        Assert.Contains("The same command goes on where this one stopped.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(Pipeline.RunStatus.Cancelled, job.LastRecord().Status);

        var record = job.Run();
        Assert.Equal(Pipeline.RunStatus.Succeeded, record.Status);
        Assert.Equal(Pipeline.StageStatus.Reused, record.Stages.First(stage => stage.Stage == "tokenize").Status);
    }
}
