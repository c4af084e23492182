namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Where every context of a pool of windows occurs. It is the same for every neuron, so it is built once: rows sorted by context, in which
/// a context of any length is one contiguous range, and a longer context lies inside its parent.
/// </summary>
public sealed class ContextIndex
{
    private readonly Dictionary<ulong, int>[] groups;

    private ContextIndex(int[] sortedRows, ContextLevel[] levels, Dictionary<ulong, int>[] groups)
    {
        SortedRows = sortedRows;
        Levels = levels;
        this.groups = groups;
    }

    /// <summary>Sorted place → row of the pool; ineligible tokens have no place.</summary>
    public int[] SortedRows { get; }

    /// <summary>Contexts of length 1, 2 and 3.</summary>
    public IReadOnlyList<ContextLevel> Levels { get; }

    /// <summary>Indexes the eligible tokens of <paramref name="windows"/>; about 40 bytes a token.</summary>
    public static ContextIndex Build(IReadOnlyList<PlacedWindow> windows)
    {
        var count = windows.Sum(placed => placed.EligibleCount);
        var contexts = new ulong[count];
        var rows = new int[count];
        var next = 0;
        foreach (var placed in windows)
        {
            for (var offset = 0; offset < placed.Window.Length; offset++)
            {
                if (placed.IsEligible(offset))
                {
                    contexts[next] = Context.Of(placed.Window, placed.Window.First + offset);
                    rows[next++] = placed.FirstRow + offset;
                }
            }
        }

        Array.Sort(contexts, rows);
        SortEqualRuns(contexts, rows);

        var levels = new ContextLevel[Context.MaximumLength];
        var groups = new Dictionary<ulong, int>[Context.MaximumLength];
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            levels[length - 1] = ContextLevel.Build(contexts, length, length == 1 ? null : levels[length - 2]);
            var lookup = new Dictionary<ulong, int>(levels[length - 1].Count);
            for (var group = 0; group < levels[length - 1].Count; group++)
            {
                lookup.Add(levels[length - 1].Contexts[group], group);
            }

            groups[length - 1] = lookup;
        }

        return new ContextIndex(rows, levels, groups);
    }

    /// <summary>Puts values per pool row into the order of <see cref="SortedRows"/>.</summary>
    public void Sort(ReadOnlySpan<float> byRow, Span<float> sorted)
    {
        for (var place = 0; place < SortedRows.Length; place++)
        {
            sorted[place] = byRow[SortedRows[place]];
        }
    }

    /// <summary>The group of a context shortened to <paramref name="length"/> tokens, or -1 where the pool has none.</summary>
    public int Find(ulong context, int length) => groups[length - 1].GetValueOrDefault(Context.Shorten(context, length), -1);

    // Array.Sort leaves equal keys in an order of its own; sums in floating point must not depend on that.
    private static void SortEqualRuns(ulong[] contexts, int[] rows)
    {
        for (var start = 0; start < contexts.Length;)
        {
            var end = start + 1;
            while (end < contexts.Length && contexts[end] == contexts[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                Array.Sort(rows, start, end - start);
            }

            start = end;
        }
    }
}

/// <summary>All distinct contexts of one length.</summary>
public sealed class ContextLevel
{
    private ContextLevel(int length, ulong[] contexts, int[] starts, int[] parents)
    {
        Length = length;
        Contexts = contexts;
        Starts = starts;
        Parents = parents;
    }

    /// <summary>Tokens in a context.</summary>
    public int Length { get; }

    public int Count => Contexts.Length;

    /// <summary>Group → packed context, ascending.</summary>
    public ulong[] Contexts { get; }

    /// <summary>Group g covers sorted places Starts[g] … Starts[g + 1] - 1.</summary>
    public int[] Starts { get; }

    /// <summary>Group → the group of the level below that holds it (0 at the first level).</summary>
    public int[] Parents { get; }

    internal static ContextLevel Build(ulong[] sorted, int length, ContextLevel? below)
    {
        var contexts = new List<ulong>();
        var starts = new List<int>();
        for (var place = 0; place < sorted.Length; place++)
        {
            var context = Context.Shorten(sorted[place], length);
            if (contexts.Count == 0 || contexts[^1] != context)
            {
                contexts.Add(context);
                starts.Add(place);
            }
        }

        starts.Add(sorted.Length);
        var parents = new int[contexts.Count];
        if (below is not null)
        {
            for (int group = 0, parent = 0; group < parents.Length; group++)
            {
                while (below.Starts[parent + 1] <= starts[group])
                {
                    parent++;
                }

                parents[group] = parent;
            }
        }

        return new ContextLevel(length, [.. contexts], [.. starts], parents);
    }
}
