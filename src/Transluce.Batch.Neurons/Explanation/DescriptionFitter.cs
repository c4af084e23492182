namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Learns the few rules that say most about a polarity, by orthogonal matching pursuit: take the rule that explains most of what is left, let all
/// rules taken so far find their values together, go on. Sized by what still fits the text. Belongs to one thread.
/// </summary>
public sealed class DescriptionFitter
{
    // Once the text is nearly full, hardly a rule fits: trying all of them would take longer than everything before.
    private const int MaximumMisses = 24;

    private readonly RuleSpace space;
    private readonly RuleResiduals residuals;
    private readonly List<RuleCandidate> taken = [];
    private readonly HashSet<(RuleKind Kind, int Length, int Group)> refused = [];

    public DescriptionFitter(RuleSpace space)
    {
        this.space = space;
        residuals = new RuleResiduals(space);
    }

    /// <summary>Fits one polarity and returns descriptions of growing size, each a text with the rules it states.</summary>
    /// <param name="sums">Sums of the rectified activations.</param>
    /// <param name="shrinkage">λ in tokens: how much evidence a rule must have.</param>
    /// <param name="sizes">Numbers of entries wanted, ascending.</param>
    /// <param name="characters">Longest text allowed.</param>
    public IReadOnlyList<Description> Fit(PolaritySums sums, float shrinkage, IReadOnlyList<int> sizes, int characters)
    {
        residuals.Load(sums, shrinkage);
        taken.Clear();
        refused.Clear();
        var descriptions = new List<Description>();
        var budget = characters - DescriptionText.FrameLength;
        foreach (var size in sizes)
        {
            Grow(sums, shrinkage, size, ref budget);
            Refit(shrinkage);
            var description = DescriptionText.Write(Rules(sums), space.Vocabulary, characters);
            if (description.Rules.Count > 0 && (descriptions.Count == 0 || descriptions[^1].Text != description.Text))
            {
                descriptions.Add(description);
            }
        }

        return descriptions;
    }

    private void Grow(PolaritySums sums, float shrinkage, int size, ref int budget)
    {
        var misses = 0;
        while (taken.Count < size && misses < MaximumMisses)
        {
            misses++;
            var best = residuals.Best(shrinkage, refused);
            if (best.Group < 0)
            {
                return;
            }

            // Taken once or never: no quotation may read back as these tokens, or it is too long.
            refused.Add(best.Identity);
            if (DescriptionText.EstimateLength(Rule(sums, best, 50), space.Vocabulary) is { } length && length <= budget)
            {
                misses = 0;
                taken.Add(best);
                budget -= length;
                residuals.Apply(best, best.Value);
                residuals.ListExceptions(best, shrinkage);
            }
        }
    }

    // One sweep in which each rule's value is set anew given all others; the next size goes on from there.
    private void Refit(float shrinkage)
    {
        residuals.LetFamiliesGoStale();
        for (var i = 0; i < taken.Count; i++)
        {
            var (sum, weight) = residuals.At(taken[i]);
            var value = (sum + (weight * taken[i].Value)) / (weight + shrinkage);
            residuals.Apply(taken[i], value - taken[i].Value);
            taken[i] = taken[i] with { Value = value };
        }
    }

    private List<DescriptionRule> Rules(PolaritySums sums)
    {
        var strongest = taken.Count == 0 ? 0 : taken.Max(rule => Math.Abs(rule.Value));
        return strongest <= 0 ? [] : [.. taken.Select(rule => Rule(sums, rule, DescriptionLevel.Round(rule.Value / strongest))).Where(rule => rule.Level != 0)];
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
                return new DescriptionRule(RuleKind.After, [space.Predecessors[candidate.Group]], -1, level);
            default:
                return new DescriptionRule(candidate.Kind, [], candidate.Group, level);
        }
    }
}
