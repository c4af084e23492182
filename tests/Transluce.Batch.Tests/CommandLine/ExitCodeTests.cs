using Snapshooter.Xunit3;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("unknown verb", "runn", "x.yaml")]
    [InlineData("missing argument", "run")]
    [InlineData("unknown option", "plan", "x.yaml", "--fast")]
    [InlineData("not a number", "neuron", "three", "117")]
    [InlineData("bad polarity", "neuron", "3", "117", "--polarity", "2")]
    [InlineData("missing file", "run", "no-such-file.yaml")]
    [InlineData("escape in an argument", "run", "\u001b[31mred.yaml")]
    public void A_wrong_command_line_or_configuration_ends_with_2(string name, params string[] arguments)
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Usage, terminal.Run(arguments));
        Assert.Empty(terminal.Output);
        Snapshot.Match(terminal.Error, $"Usage_{name.Replace(' ', '_')}");
    }

    [Fact]
    public void A_store_that_is_not_there_ends_with_1()
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Failed, terminal.Run("artifacts", "list", "--store", "/no/such/store"));
        Assert.Equal("There is no store '/no/such/store'; name it with --store, or make one with 'transluce-batch run CONFIG'.\n", terminal.Error);
    }

    [Fact]
    public void Bad_input_is_shown_without_a_trace_and_a_bug_with_one()
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Failed, Failure.Report(Thrown(new ArtifactException("the file is damaged")), terminal.Terminal, null));
        Assert.Equal("the file is damaged\n", terminal.Error);

        terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Usage, Failure.Report(Thrown(new ConfigurationException("a.yaml", [new ConfigurationError(3, "wrong")])), terminal.Terminal, null));
        Assert.DoesNotContain(" at ", terminal.Error, StringComparison.Ordinal);

        terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Bug, Failure.Report(Thrown(new InvalidOperationException("rows out of order")), terminal.Terminal, null));
        Assert.Contains("This is a bug in transluce-batch", terminal.Error, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_keeps_its_lines_and_cannot_act_on_the_terminal()
    {
        var terminal = new CapturedTerminal();
        Failure.Report(Thrown(new ArtifactException("two files:\n  - \u001b[31mred\r\n  - \u202eleft")), terminal.Terminal, null);
        Assert.Equal("two files:\n  - \\u{1B}[31mred\\r\n  - \\u{202E}left\n", terminal.Error);

        terminal = new CapturedTerminal();
        Failure.Report(Thrown(new ConfigurationException("a.yaml", [new ConfigurationError(3, "no \u001b[31m"), new ConfigurationError(4, "nor\nthis")])), terminal.Terminal, null);
        Assert.Equal("a.yaml: 2 errors\na.yaml:3: no \\u{1B}[31m\na.yaml:4: nor\nthis\n", terminal.Error);

        terminal = new CapturedTerminal();
        Failure.Report(Thrown(new InvalidOperationException("in \u001b[31mred.eval")), terminal.Terminal, null);
        Assert.Contains("InvalidOperationException: in \\u{1B}[31mred.eval\n   at ", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', terminal.Error);
    }

    [Fact]
    public void A_run_that_is_named_on_the_command_line_cannot_act_on_the_terminal()
    {
        using var store = new TemporaryFolder();
        var terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Failed, terminal.Run("clusters", "--store", store.Path, "--run", "\u001b[31mred"));
        Assert.Contains("\\u{1B}[31mred", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', terminal.Both);
    }

    [Fact]
    public void Bad_input_counts_before_the_cancellations_that_follow_from_it()
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(ExitCode.Failed, Failure.Report(new AggregateException(new OperationCanceledException(), new ArtifactException("first cause")), terminal.Terminal, null));
        Assert.Equal("first cause\n", terminal.Error);
    }

    [Theory]
    [InlineData(ExitCode.Interrupted)]
    [InlineData(ExitCode.Terminated)]
    public void A_signal_says_how_to_go_on(int code)
    {
        var terminal = new CapturedTerminal();
        Assert.Equal(code, Failure.Report(new OperationCanceledException(), terminal.Terminal, code));
        Assert.Contains("The same command goes on", terminal.Error, StringComparison.Ordinal);
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
