namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Learns the few rules that say most about a polarity, by orthogonal matching pursuit: take the rule that explains most of what is left, let all
/// rules taken so far find their values together, go on. Sized by what still fits the text. Belongs to one thread.
/// </summary>
public sealed class DescriptionFitter
{
    // Once the text is nearly full, hardly a rule fits: trying all of them would take longer than everything before.
    private const int MaximumMisses = 24;

    // Rules that explain less than this share of what all before them do say nothing a reader needs.
    private const float SmallestShare = 0.002f;

    private readonly RuleSpace space;
    private readonly RulePursuit pursuit;

    public DescriptionFitter(RuleSpace space)
    {
        this.space = space;
        pursuit = new RulePursuit(space);
    }

    /// <summary>Fits one polarity and returns descriptions of growing size, each a text with the rules it states.</summary>
    /// <param name="sums">Sums of the rectified activations.</param>
    /// <param name="shrinkage">λ in tokens: how much evidence a rule must have.</param>
    /// <param name="sizes">Numbers of entries wanted, ascending; at most 64.</param>
    /// <param name="characters">Longest text allowed.</param>
    public IReadOnlyList<Description> Fit(PolaritySums sums, float shrinkage, IReadOnlyList<int> sizes, int characters)
    {
        pursuit.Start(sums, shrinkage);
        Grow(sums, sizes.Count == 0 ? 0 : sizes[^1], characters - DescriptionText.FrameLength);
        var descriptions = new List<Description>();
        foreach (var size in sizes)
        {
            var description = DescriptionText.Write(Rules(sums, Math.Min(size, pursuit.Taken.Count), shrinkage), space.Vocabulary, characters);
            if (description.Rules.Count > 0 && (descriptions.Count == 0 || descriptions[^1].Text != description.Text))
            {
                descriptions.Add(description);
            }
        }

        return descriptions;
    }

    private void Grow(PolaritySums sums, int size, int budget)
    {
        var (misses, explained) = (0, 0f);
        while (pursuit.Taken.Count < size && misses < MaximumMisses)
        {
            var best = pursuit.Best(out var gain);
            if (best < 0 || gain < SmallestShare * explained)
            {
                return;
            }

            // No quotation may read back as these tokens, or it is too long.
            if (DescriptionText.EstimateLength(Rule(sums, pursuit.At(best), 50), space.Vocabulary) is { } length && length <= budget)
            {
                misses = 0;
                budget -= length;
                explained += gain;
                pursuit.Take(best, gain);
            }
            else
            {
                misses++;
                pursuit.Refuse(best);
            }
        }
    }

    private List<DescriptionRule> Rules(PolaritySums sums, int count, float shrinkage)
    {
        var values = pursuit.Values(count, shrinkage);
        var strongest = 0.0;
        foreach (var value in values)
        {
            strongest = Math.Max(strongest, Math.Abs(value));
        }

        var rules = new List<DescriptionRule>(count);
        for (var i = 0; i < count; i++)
        {
            var level = strongest > 0 ? DescriptionLevel.Round((float)(values[i] / strongest)) : 0;
            if (level != 0)
            {
                rules.Add(Rule(sums, pursuit.Taken[i], level));
            }
        }

        return rules;
    }

    private DescriptionRule Rule(PolaritySums sums, RuleCandidate candidate, int level)
    {
        switch (candidate.Kind)
        {
            case RuleKind.Tokens:
                var context = sums.ContextOf(candidate.Length, candidate.Group);
                var tokens = new int[candidate.Length];
                for (var back = 0; back < tokens.Length; back++)
                {
                    tokens[^(back + 1)] = Context.Token(context, back);
                }

                return new DescriptionRule(RuleKind.Tokens, tokens, -1, level);
            case RuleKind.After:
                return new DescriptionRule(RuleKind.After, [pursuit.PredecessorToken(candidate.Group)], -1, level);
            default:
                return new DescriptionRule(candidate.Kind, [], candidate.Group, level);
        }
    }
}
