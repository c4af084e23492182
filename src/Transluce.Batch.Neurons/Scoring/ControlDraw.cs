using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Draws the random control windows of a polarity, without replacement and never one of its exemplars.</summary>
internal sealed class ControlDraw(IReadOnlyList<PoolWindow> pool, int seed)
{
    private readonly PlacedControl[] controls = [.. pool.Select(window => new PlacedControl(new TokenWindow(window.TokenIds, window.FirstPosition), window.SequenceId, window.FirstRow, window.Eligible))];

    /// <summary>Draws <paramref name="count"/> windows (fewer where the pool is small) with their true activations.</summary>
    /// <param name="column">Signed activations of the neuron per pool row.</param>
    /// <param name="key">Layer, neuron and polarity: each has draws of its own.</param>
    /// <param name="exemplars">Sequences that must not be drawn.</param>
    /// <param name="count">Windows wanted.</param>
    public IReadOnlyList<ScoredWindow> Draw(ReadOnlySpan<float> column, (int Layer, int Neuron, int Polarity) key, IReadOnlySet<int> exemplars, int count)
    {
        var random = new SplitMix64(SplitMix64.Seed(seed, "control windows", ((ulong)key.Layer << 32) | (uint)key.Neuron, (ulong)(key.Polarity + 1)));
        var drawn = new HashSet<int>();
        var windows = new List<ScoredWindow>(count);
        // Numbers already drawn count too: the loop ends when the whole pool has been seen.
        while (windows.Count < count && drawn.Count < controls.Length)
        {
            var number = random.NextBelow(controls.Length);
            var control = controls[number];
            if (drawn.Add(number) && !exemplars.Contains(control.SequenceId))
            {
                windows.Add(new ScoredWindow(control.Window, Rectified.Of(column.Slice(control.FirstRow, control.Window.Length), key.Polarity), control.Eligible));
            }
        }

        return windows;
    }

    private sealed record PlacedControl(TokenWindow Window, int SequenceId, int FirstRow, bool[] Eligible);
}
