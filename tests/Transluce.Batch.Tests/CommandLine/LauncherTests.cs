using System.Diagnostics;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class LauncherTests
{
    [Fact]
    public void The_launcher_starts_the_built_program_and_passes_arguments_and_exit_code_on()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(SharedData.RepositoryRoot, "artifacts/bin/Transluce.Batch.Jobs/release_linux-x64/transluce-batch.dll")), "SKIPPED: no Release build; run 'make test'.");
        var (code, output, error) = Start(Path.Combine(SharedData.RepositoryRoot, "transluce-batch"), "runn", "two words.yaml");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Did you mean 'run'?", error, StringComparison.Ordinal);
        Assert.Contains("'two words.yaml'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_first_build_the_launcher_says_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("launcher").FullName;
        try
        {
            var launcher = Path.Combine(folder, "transluce-batch");
            File.Copy(Path.Combine(SharedData.RepositoryRoot, "transluce-batch"), launcher);
            var (code, _, error) = Start("/bin/sh", launcher, "--help");
            Assert.Equal((2, $"transluce-batch is not built yet: run 'make build' in {folder}\n"), (code, error));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Code, string Output, string Error) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
