using Snapshooter.Xunit3;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("plan")]
    [InlineData("summary")]
    [InlineData("neuron")]
    [InlineData("artifacts")]
    [InlineData("artifacts list")]
    [InlineData("artifacts verify")]
    [InlineData("artifacts show")]
    [InlineData("doctor")]
    [InlineData("shard")]
    public void Help_says_what_a_verb_does_with_examples(string verb)
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(0, terminal.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));
        Assert.Contains("Examples:", terminal.Output, StringComparison.Ordinal);
        // The name of the process that runs the tests stands where the program's name would.
        var name = Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
        Snapshot.Match(terminal.Output.Replace(name, "transluce-batch", StringComparison.Ordinal), $"Help_{(verb.Length == 0 ? "of_the_program" : verb.Replace(' ', '_'))}");
    }
}
