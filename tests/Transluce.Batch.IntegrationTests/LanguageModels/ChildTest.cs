using System.Diagnostics;

namespace Transluce.Batch.IntegrationTests.LanguageModels;

/// <summary>Runs one explicit test in a process of its own, for what a process has only one of: its native libraries, its memory.</summary>
internal static class ChildTest
{
    /// <summary>Fails with the child's output where the child fails or runs no test.</summary>
    public static void Run(Type type, string method, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "only", "-method", $"{type.FullName}.{method}", "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), $"{output}\n{errors.Result}");
    }
}
