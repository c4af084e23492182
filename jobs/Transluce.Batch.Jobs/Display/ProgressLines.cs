using System.Globalization;

namespace Transluce.Batch.Jobs;

/// <summary>
/// Shows how far a stage is: one line that redraws itself on a terminal, a plain line every few seconds elsewhere. The rate is that of the
/// work done since the stage's first report, so shards finished earlier do not flatter it.
/// </summary>
internal sealed class ProgressLines(Terminal terminal)
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private string? stage;
    private long startedAt;
    private long shownAt;
    private (double Share, double Units) first;
    private bool drawn;

    /// <param name="name">Stage.</param>
    /// <param name="share">Share of the stage that is done, 0 to 1.</param>
    /// <param name="units">Units of work done, for the rate.</param>
    /// <param name="unit">Their name, such as "windows".</param>
    /// <param name="detail">Such as "shard 3 of 16, 12 k of 96 k windows".</param>
    public void Report(string name, double share, double units, string unit, string detail)
    {
        lock (gate)
        {
            var now = terminal.Clock.GetTimestamp();
            if (name != stage)
            {
                Clear();
                (stage, startedAt, shownAt, first) = (name, now, now, (share, units));
                return;
            }

            if (terminal.Clock.GetElapsedTime(shownAt, now) < (terminal.IsInteractive ? RedrawEvery : PlainEvery))
            {
                return;
            }

            shownAt = now;
            var elapsed = terminal.Clock.GetElapsedTime(startedAt, now).TotalSeconds;
            var remaining = share > first.Share ? elapsed * (1 - share) / (share - first.Share) : double.NaN;
            var rate = elapsed > 0 ? (units - first.Units) / elapsed : 0;
            Draw(string.Create(CultureInfo.InvariantCulture, $"{name}: {Quantity.Percent(share)}, {detail}, {Quantity.Count(rate)} {unit} a second, {Quantity.Time(remaining)} left"));
        }
    }

    /// <summary>Writes a line that stays, such as a finished stage or a warning.</summary>
    public void Line(string text)
    {
        lock (gate)
        {
            Clear();
            terminal.Error.WriteLine(text);
        }
    }

    /// <summary>Removes the line that redraws itself.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (drawn)
            {
                terminal.Error.Write("\r\u001b[K");
                drawn = false;
            }
        }
    }

    private void Draw(string text)
    {
        if (!terminal.IsInteractive)
        {
            terminal.Error.WriteLine(text);
            return;
        }

        var width = Math.Max(20, terminal.Width - 1);
        terminal.Error.Write("\r\u001b[K" + (text.Length > width ? text[..width] : text));
        drawn = true;
    }
}
