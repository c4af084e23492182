namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Chooses which contexts of the full back-off tables to keep: those whose shrunken mean m differs most from what the next shorter context expects,
/// by weight × (m - m_parent)², the squared error they explain. Their values stay the shrunken means: re-fitting them to what is left
/// uncovered was measured and predicts worse.
/// </summary>
public sealed class PatternFitter
{
    private readonly BackOffTables tables = new();
    private readonly PriorityQueue<Choice, Choice> kept = new(Comparer<Choice>.Create(static (a, b) => a.CompareTo(b)));

    /// <summary>Fits one polarity.</summary>
    /// <param name="sums">Sums of the target (with a regression: of what it leaves over).</param>
    /// <param name="shrinkage">λ of the tables.</param>
    /// <param name="entries">Entries kept at most.</param>
    /// <param name="weights">Weights of the regression that was subtracted, or empty.</param>
    public Pattern Fit(PolaritySums sums, float shrinkage, int entries, float[] weights)
    {
        tables.Fit(sums, shrinkage);
        kept.Clear();
        var threshold = 0f;
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            var means = tables.Means(length);
            var weight = sums.Weights(length);
            var parents = length == 1 ? default : tables.Means(length - 1);
            for (var group = 0; group < weight.Length; group++)
            {
                var difference = means[group] - (length == 1 ? tables.Base : parents[sums.ParentOf(length, group)]);
                var gain = weight[group] * difference * difference;
                if (gain <= threshold)
                {
                    continue;
                }

                var choice = new Choice(gain, length, group);
                kept.Enqueue(choice, choice);
                if (kept.Count > entries)
                {
                    kept.Dequeue();
                    threshold = kept.Peek().Gain;
                }
            }
        }

        var chosen = kept.UnorderedItems.Select(item => item.Element).ToArray();
        Array.Sort(chosen, static (a, b) => b.CompareTo(a));
        var result = new PatternEntry[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            var (_, length, group) = chosen[i];
            result[i] = new PatternEntry(sums.ContextOf(length, group), length, tables.Means(length)[group], sums.Weights(length)[group]);
        }

        return new Pattern(tables.Base, result, weights);
    }

    // Of equal gains the shorter and then the lower-numbered context is the better choice.
    private readonly record struct Choice(float Gain, int Length, int Group) : IComparable<Choice>
    {
        public int CompareTo(Choice other)
        {
            var byGain = Gain.CompareTo(other.Gain);
            if (byGain != 0)
            {
                return byGain;
            }

            var byLength = other.Length.CompareTo(Length);
            return byLength != 0 ? byLength : other.Group.CompareTo(Group);
        }
    }
}
