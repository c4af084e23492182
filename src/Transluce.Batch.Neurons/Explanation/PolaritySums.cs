namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// What one polarity of one neuron does in every context: per context its weight (tokens) and the sum of its rectified activations. Reused from
/// neuron to neuron; belongs to one thread. Contexts that occur only in extra windows get numbers above those of the index.
/// </summary>
public sealed class PolaritySums
{
    private readonly ContextIndex index;
    private readonly float[] sorted;
    private readonly Level[] levels;
    private readonly List<ExtraToken> extraTokens = [];

    public PolaritySums(ContextIndex index)
    {
        this.index = index;
        sorted = new float[index.SortedRows.Length];
        levels = [.. index.Levels.Select(level => new Level(level))];
    }

    /// <summary>Total weight of all tokens.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Weighted sum over all tokens.</summary>
    public double TotalSum { get; private set; }

    /// <summary>The tokens of the extra windows.</summary>
    public IReadOnlyList<ExtraToken> ExtraTokens => extraTokens;

    /// <summary>Contexts of a length, extra ones included.</summary>
    public int Count(int length) => levels[length - 1].Count;

    public ReadOnlySpan<float> Sums(int length) => levels[length - 1].Sums.AsSpan(0, Count(length));

    public ReadOnlySpan<float> Weights(int length) => levels[length - 1].Weights.AsSpan(0, Count(length));

    public ulong ContextOf(int length, int group) => levels[length - 1].ContextOf(group);

    /// <summary>The context one token shorter that holds this one.</summary>
    public int ParentOf(int length, int group) => levels[length - 1].ParentOf(group);

    /// <summary>Fills the sums for one polarity.</summary>
    /// <param name="rectified">max(polarity × activation, 0) per pool row.</param>
    /// <param name="extras">Windows outside the pool.</param>
    /// <param name="extraWeight">Weight of each of their tokens; a pool token has weight 1.</param>
    public void Load(ReadOnlySpan<float> rectified, IReadOnlyList<ExtraWindow> extras, float extraWeight)
    {
        index.Sort(rectified, sorted);
        LoadSorted(sorted, extras, extraWeight);
    }

    /// <summary>The same from values in the order of <see cref="ContextIndex.SortedRows"/>.</summary>
    public void LoadSorted(ReadOnlySpan<float> values, IReadOnlyList<ExtraWindow> extras, float extraWeight)
    {
        foreach (var level in levels)
        {
            level.Reset();
        }

        extraTokens.Clear();
        TotalSum = 0;
        TotalWeight = values.Length;
        SumRanges(values);
        if (extraWeight > 0)
        {
            foreach (var extra in extras)
            {
                Add(extra, extraWeight);
            }
        }
    }

    // Longest contexts first from the rows, shorter ones from the contexts inside them.
    private void SumRanges(ReadOnlySpan<float> values)
    {
        var deepest = levels[^1];
        var starts = deepest.Index.Starts;
        for (var group = 0; group < deepest.Index.Count; group++)
        {
            var sum = 0f;
            for (var place = starts[group]; place < starts[group + 1]; place++)
            {
                sum += values[place];
            }

            deepest.Sums[group] = sum;
        }

        for (var length = levels.Length - 1; length >= 1; length--)
        {
            var parents = levels[length].Index.Parents;
            var child = levels[length].Sums;
            var parent = levels[length - 1].Sums;
            for (var group = 0; group < parents.Length; group++)
            {
                parent[parents[group]] += child[group];
            }
        }

        for (var group = 0; group < levels[0].Index.Count; group++)
        {
            TotalSum += levels[0].Sums[group];
        }
    }

    private void Add(ExtraWindow extra, float weight)
    {
        var window = extra.Window;
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            var context = Context.Of(window, position);
            var value = extra.Rectified[position - window.First] * weight;
            Span<int> groups = [0, 0, 0];
            var parent = 0;
            for (var length = 1; length <= levels.Length; length++)
            {
                var level = levels[length - 1];
                var group = index.Find(context, length);
                if (group < 0)
                {
                    group = level.FindOrAdd(Context.Shorten(context, length), parent);
                }

                level.Sums[group] += value;
                level.AddWeight(group, weight);
                groups[length - 1] = parent = group;
            }

            extraTokens.Add(new ExtraToken(groups[0], groups[1], groups[2], weight));
            TotalSum += value;
            TotalWeight += weight;
        }
    }

    private sealed class Level
    {
        private readonly Dictionary<ulong, int> added = [];
        private readonly List<ulong> addedContexts = [];
        private readonly List<int> addedParents = [];
        private readonly List<int> changedWeights = [];
        private readonly float[] tokenCounts;

        public Level(ContextLevel index)
        {
            Index = index;
            tokenCounts = new float[index.Count];
            for (var group = 0; group < index.Count; group++)
            {
                tokenCounts[group] = index.Starts[group + 1] - index.Starts[group];
            }

            Sums = new float[index.Count];
            Weights = [.. tokenCounts];
            Count = index.Count;
        }

        public ContextLevel Index { get; }

        public int Count { get; private set; }

        public float[] Sums { get; private set; }

        public float[] Weights { get; private set; }

        public ulong ContextOf(int group) => group < Index.Count ? Index.Contexts[group] : addedContexts[group - Index.Count];

        public int ParentOf(int group) => group < Index.Count ? Index.Parents[group] : addedParents[group - Index.Count];

        public void Reset()
        {
            foreach (var group in changedWeights)
            {
                Weights[group] = group < Index.Count ? tokenCounts[group] : 0;
            }

            Array.Clear(Sums, 0, Count);
            changedWeights.Clear();
            added.Clear();
            addedContexts.Clear();
            addedParents.Clear();
            Count = Index.Count;
        }

        public void AddWeight(int group, float weight)
        {
            Weights[group] += weight;
            changedWeights.Add(group);
        }

        public int FindOrAdd(ulong context, int parent)
        {
            if (added.TryGetValue(context, out var group))
            {
                return group;
            }

            group = Count++;
            added.Add(context, group);
            addedContexts.Add(context);
            addedParents.Add(parent);
            if (group >= Sums.Length)
            {
                var capacity = group + 4096;
                var (sums, weights) = (Sums, Weights);
                Array.Resize(ref sums, capacity);
                Array.Resize(ref weights, capacity);
                (Sums, Weights) = (sums, weights);
            }

            return group;
        }
    }
}

/// <summary>A token of an extra window.</summary>
/// <param name="Token">Its group of one token.</param>
/// <param name="Bigram">Its group of two.</param>
/// <param name="Trigram">Its group of three.</param>
/// <param name="Weight">What it counts beside a pool token's 1.</param>
public readonly record struct ExtraToken(int Token, int Bigram, int Trigram, float Weight);
