namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// The best k windows of many lists (a list is one polarity of one neuron), each sorted: larger magnitude first, then lower sequence. With
/// repeats removed, a list holds the best window of each context; what falls out at the end can only come back with a larger magnitude, so
/// the lists equal those of a sort over everything. The first ranks carry the window's activations.
/// </summary>
internal sealed class TopWindows
{
    private readonly int k;
    private readonly int tracedRanks;
    private readonly int traceLength;
    private readonly bool removeRepeats;
    private readonly int[] counts;
    private readonly float[] magnitudes;
    private readonly int[] sequences;
    private readonly int[] positions;
    private readonly UInt128[] contexts;
    private readonly ushort[] slots;
    private readonly int[] traceStarts;
    private readonly ushort[] traceLengths;
    private readonly Half[] traces;

    public TopWindows(CollectorShape shape, int lists)
    {
        k = shape.K;
        tracedRanks = Math.Min(shape.TracedRanks, shape.K);
        traceLength = shape.TraceLength;
        removeRepeats = shape.RemoveRepeats;
        counts = new int[lists];
        magnitudes = new float[lists * k];
        sequences = new int[lists * k];
        positions = new int[lists * k];
        contexts = removeRepeats ? new UInt128[lists * k] : [];
        slots = new ushort[lists * tracedRanks];
        traceStarts = new int[slots.Length];
        traceLengths = new ushort[slots.Length];
        traces = new Half[slots.Length * traceLength];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = (ushort)(i % tracedRanks);
        }
    }

    public int CountOf(int list) => counts[list];

    /// <summary>What a window's magnitude must reach to be worth offering: the last one of a full list, else the smallest float above zero.</summary>
    public float Threshold(int list) => counts[list] == k ? magnitudes[(list * k) + k - 1] : float.Epsilon;

    /// <summary>Cheap test before the peak's position is looked for.</summary>
    public bool MayEnter(int list, float magnitude, int sequence)
    {
        if (magnitude <= 0 || counts[list] < k)
        {
            return magnitude > 0;
        }

        var last = (list * k) + k - 1;
        return IsBetter(magnitude, sequence, last);
    }

    /// <summary>Puts a window where it belongs, or nowhere.</summary>
    /// <returns>Where its trace must be written (see <see cref="Trace"/>), or -1.</returns>
    public int Insert(int list, float magnitude, int sequence, int position, UInt128 context)
    {
        var first = list * k;
        var count = counts[list];
        var hole = Math.Min(count, k - 1);
        if (removeRepeats)
        {
            var repeat = contexts.AsSpan(first, count).IndexOf(context);
            if (repeat >= 0)
            {
                if (!IsBetter(magnitude, sequence, first + repeat))
                {
                    return -1;
                }

                hole = repeat;
            }
        }

        var rank = hole;
        while (rank > 0 && IsBetter(magnitude, sequence, first + rank - 1))
        {
            rank--;
        }

        if (rank == hole && hole == count - 1 && count == k && !IsBetter(magnitude, sequence, first + hole))
        {
            return -1;
        }

        counts[list] = hole == count ? count + 1 : count;
        Open(magnitudes, first, rank, hole) = magnitude;
        Open(sequences, first, rank, hole) = sequence;
        Open(positions, first, rank, hole) = position;
        if (removeRepeats)
        {
            Open(contexts, first, rank, hole) = context;
        }

        if (rank >= tracedRanks)
        {
            return -1;
        }

        var slotHole = Math.Min(hole, tracedRanks - 1);
        var slot = slots[(list * tracedRanks) + slotHole];
        Open(slots, list * tracedRanks, rank, slotHole) = slot;
        return (list * tracedRanks) + slot;
    }

    /// <summary>The trace of a slot, to be filled by the caller.</summary>
    public Span<Half> Trace(int slot, int traceStart, int length)
    {
        traceStarts[slot] = traceStart;
        traceLengths[slot] = (ushort)length;
        return traces.AsSpan(slot * traceLength, length);
    }

    /// <summary>A list's windows, best first. Magnitudes are positive in both polarities.</summary>
    public RankedWindow Read(int list, int rank)
    {
        var at = (list * k) + rank;
        var traced = rank < tracedRanks;
        var slot = traced ? (list * tracedRanks) + slots[(list * tracedRanks) + rank] : 0;
        return new RankedWindow(
            magnitudes[at],
            sequences[at],
            positions[at],
            removeRepeats ? contexts[at] : UInt128.Zero,
            traced ? traceStarts[slot] : -1,
            traced ? traces.AsMemory(slot * traceLength, traceLengths[slot]) : default);
    }

    /// <summary>Moves [rank, hole) one place down and hands out the place at rank.</summary>
    private static ref T Open<T>(T[] values, int first, int rank, int hole)
    {
        Array.Copy(values, first + rank, values, first + rank + 1, hole - rank);
        return ref values[first + rank];
    }

    private bool IsBetter(float magnitude, int sequence, int than)
        => magnitude > magnitudes[than] || (magnitude == magnitudes[than] && sequence < sequences[than]);
}

/// <summary>One entry of a list. The trace start is -1 where there is no trace.</summary>
internal readonly record struct RankedWindow(float Magnitude, int SequenceId, int Position, UInt128 Context, int TraceStart, ReadOnlyMemory<Half> Trace);
