using Transluce.Batch.Jobs;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class ProgressTests
{
    [Fact]
    public void Off_a_terminal_a_plain_line_comes_every_ten_seconds_with_rate_and_time_left()
    {
        var clock = new StepClock();
        var terminal = new CapturedTerminal(clock: clock);
        var lines = new ProgressLines(terminal.Terminal);
        for (var second = 0; second <= 25; second++)
        {
            lines.Report("collect-exemplars", second / 100.0, second * 1000, "tokens", $"{second} of 100 k tokens");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            "collect-exemplars: 10 %, 10 of 100 k tokens, 1.0 k tokens a second, 90 s left\n"
            + "collect-exemplars: 20 %, 20 of 100 k tokens, 1.0 k tokens a second, 80 s left\n",
            terminal.Error);
    }

    [Fact]
    public void On_a_terminal_one_line_redraws_itself_and_lines_that_stay_go_above_it()
    {
        var clock = new StepClock();
        var terminal = new CapturedTerminal(isInteractive: true, clock: clock);
        var lines = new ProgressLines(terminal.Terminal);
        lines.Report("tokenize", 0, 0, "windows", "0 of 4");
        clock.Advance(TimeSpan.FromSeconds(1));
        lines.Report("tokenize", 0.25, 1, "windows", "1 of 4");
        lines.Line("a warning");
        Assert.Equal("\r\u001b[Ktokenize: 25 %, 1 of 4, 1 windows a second, 3.0 s left\r\u001b[Ka warning\n", terminal.Error);
    }

    private sealed class StepClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan step) => ticks += step.Ticks;
    }
}
