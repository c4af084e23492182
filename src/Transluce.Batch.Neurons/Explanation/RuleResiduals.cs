using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// What a growing set of additive rules leaves unexplained of one polarity, summed per trigram, bigram, token, predecessor and family. A rule's value times
/// its tokens is taken off everywhere it applies, so that the best next rule is found without touching single tokens again.
/// Belongs to one thread. Contexts that occur only in extra windows take part as the tokens and bigrams they are.
/// </summary>
internal sealed class RuleResiduals
{
    private readonly RuleSpace space;
    private readonly float[][] residual = [[], [], []];
    private readonly ShortList[] shortLists = [new(), new()];
    private readonly ExtraChildren extraBigrams = new();
    private readonly ExtraChildren extraTrigrams = new();
    private readonly float[] afterPredecessor;
    private readonly float[] predecessorWeights;
    private readonly float[] families = new float[TokenFamily.All.Count];
    private readonly float[] afterFamilies = new float[TokenFamily.All.Count];
    private readonly float[] familyWeights = new float[TokenFamily.All.Count];
    private readonly float[] afterFamilyWeights = new float[TokenFamily.All.Count];
    private float[] gains = [];
    private PolaritySums sums = null!;
    private bool familiesStale;
    private bool followFamilies;
    private float shortListFloor;

    public RuleResiduals(RuleSpace space)
    {
        this.space = space;
        afterPredecessor = new float[space.Predecessors.Length];
        predecessorWeights = new float[space.Predecessors.Length];
    }

    /// <summary>Starts anew: everything above the mean is unexplained.</summary>
    /// <param name="polarity">The polarity's sums.</param>
    /// <param name="shrinkage">λ, in tokens.</param>
    public void Load(PolaritySums polarity, float shrinkage)
    {
        sums = polarity;
        extraBigrams.Load(sums, 2, space.Index.Levels[1].Count);
        extraTrigrams.Load(sums, 3, space.Index.Levels[2].Count);
        var mean = sums.TotalWeight > 0 ? (float)(sums.TotalSum / sums.TotalWeight) : 0;
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            var count = sums.Count(length);
            if (residual[length - 1].Length < count)
            {
                residual[length - 1] = new float[count + 4096];
            }

            TensorPrimitives.MultiplyAdd(sums.Weights(length), -mean, sums.Sums(length), residual[length - 1]);
        }

        Array.Clear(afterPredecessor);
        Array.Clear(predecessorWeights);
        // Bigrams carry the weight of extra windows too: a rule's value must be divided by all the tokens it was summed over.
        var bigramWeights = sums.Weights(2);
        for (var bigram = 0; bigram < space.PredecessorOf.Length; bigram++)
        {
            afterPredecessor[space.PredecessorOf[bigram]] += residual[1][bigram];
            predecessorWeights[space.PredecessorOf[bigram]] += bigramWeights[bigram];
        }

        shortListFloor = float.MaxValue;
        for (var length = 2; length <= Context.MaximumLength; length++)
        {
            var count = sums.Count(length);
            gains = gains.Length < count ? new float[count + 8192] : gains;
            var floor = shortLists[length - 2].Fill(residual[length - 1].AsSpan(0, count), sums.Weights(length), shrinkage, gains);
            shortListFloor = Math.Min(shortListFloor, floor);
        }

        SumFamilies(weightsToo: true);
    }

    /// <summary>The rule that explains most of the squared error: argmax of (sum of residuals)² / (weight + λ). Of longer contexts only those are tried that explained much at first or that a rule taken since contradicts.</summary>
    /// <param name="shrinkage">λ, in tokens.</param>
    /// <param name="refused">Rules that must not be taken (again).</param>
    public RuleCandidate Best(float shrinkage, HashSet<(RuleKind Kind, int Length, int Group)> refused)
    {
        if (familiesStale)
        {
            SumFamilies(weightsToo: false);
        }

        var best = RuleCandidate.None;
        Consider(RuleKind.Tokens, 1, residual[0].AsSpan(0, sums.Count(1)), sums.Weights(1), shrinkage, refused, ref best);
        Consider(RuleKind.After, 0, afterPredecessor, predecessorWeights, shrinkage, refused, ref best);
        Consider(RuleKind.Family, 0, families, familyWeights, shrinkage, refused, ref best);
        Consider(RuleKind.AfterFamily, 0, afterFamilies, afterFamilyWeights, shrinkage, refused, ref best);
        for (var length = 2; length <= Context.MaximumLength; length++)
        {
            var weights = sums.Weights(length);
            foreach (var group in shortLists[length - 2].Groups)
            {
                var sum = residual[length - 1][group];
                var gain = sum * sum / (weights[group] + shrinkage);
                if (gain > best.Gain && !refused.Contains((RuleKind.Tokens, length, group)))
                {
                    best = new RuleCandidate(RuleKind.Tokens, length, group, gain, sum / (weights[group] + shrinkage));
                }
            }
        }

        return best;
    }

    /// <summary>Takes value × weight off wherever the rule applies.</summary>
    public void Apply(RuleCandidate rule, float value)
    {
        // A rule of few bigrams tells its families what they lose; after one of many they are summed anew.
        followFamilies = !familiesStale && rule.Kind is (RuleKind.Tokens or RuleKind.After);
        familiesStale |= !followFamilies;
        switch (rule.Kind)
        {
            case RuleKind.Tokens when rule.Length == 3:
                var amount = value * sums.Weights(3)[rule.Group];
                residual[2][rule.Group] -= amount;
                Take(sums.ParentOf(3, rule.Group), amount);
                break;
            case RuleKind.Tokens when rule.Length == 2:
                TakeBigram(rule.Group, value);
                break;
            case RuleKind.Tokens:
                TakeToken(rule.Group, value);
                break;
            case RuleKind.Family:
                foreach (var token in space.TokensIn[rule.Group])
                {
                    TakeToken(token, value);
                }

                break;
            case RuleKind.After:
                TakePredecessor(rule.Group, value);
                break;
            default:
                foreach (var predecessor in space.PredecessorsIn[rule.Group])
                {
                    TakePredecessor(predecessor, value);
                }

                break;
        }
    }

    /// <summary>From here on families are summed anew before they are next asked for: cheaper where many rules change a little.</summary>
    public void LetFamiliesGoStale() => familiesStale = true;

    /// <summary>After a token rule was taken: puts the bigrams that contradict it on the short list.</summary>
    public void ListExceptions(RuleCandidate rule, float shrinkage)
    {
        if (rule.Kind != RuleKind.Tokens || rule.Length != 1 || rule.Group >= space.FirstBigram.Length - 1)
        {
            return;
        }

        var weights = sums.Weights(2);
        for (var bigram = space.FirstBigram[rule.Group]; bigram < space.FirstBigram[rule.Group + 1]; bigram++)
        {
            if (residual[1][bigram] * residual[1][bigram] / (weights[bigram] + shrinkage) > shortListFloor)
            {
                shortLists[0].Add(bigram);
            }
        }
    }

    /// <summary>Sum of residuals and weight where a rule applies.</summary>
    public (float Sum, float Weight) At(RuleCandidate rule)
    {
        switch (rule.Kind)
        {
            case RuleKind.Tokens:
                return (residual[rule.Length - 1][rule.Group], sums.Weights(rule.Length)[rule.Group]);
            case RuleKind.After:
                return (afterPredecessor[rule.Group], predecessorWeights[rule.Group]);
            case RuleKind.Family:
                return (Sum(residual[0], space.TokensIn[rule.Group]), familyWeights[rule.Group]);
            default:
                return (Sum(afterPredecessor, space.PredecessorsIn[rule.Group]), afterFamilyWeights[rule.Group]);
        }
    }

    private void Consider(
        RuleKind kind, int length, ReadOnlySpan<float> residuals, ReadOnlySpan<float> weights, float shrinkage, HashSet<(RuleKind Kind, int Length, int Group)> refused, ref RuleCandidate best)
    {
        gains = gains.Length < residuals.Length ? new float[residuals.Length + 8192] : gains;
        var gain = gains.AsSpan(0, residuals.Length);
        TensorPrimitives.Add(weights, shrinkage, gain);
        TensorPrimitives.Divide(residuals, gain, gain);
        TensorPrimitives.Multiply(residuals, gain, gain);
        while (TensorPrimitives.IndexOfMax<float>(gain) is var group and >= 0 && gain[group] > best.Gain)
        {
            if (!refused.Contains((kind, length, group)))
            {
                best = new RuleCandidate(kind, length, group, gain[group], residuals[group] / (weights[group] + shrinkage));
                return;
            }

            gain[group] = 0;
        }
    }

    private void TakeToken(int token, float value)
    {
        if (token < space.FirstBigram.Length - 1)
        {
            for (var bigram = space.FirstBigram[token]; bigram < space.FirstBigram[token + 1]; bigram++)
            {
                TakeBigram(bigram, value);
            }
        }

        if (extraBigrams.Any(token))
        {
            foreach (var bigram in extraBigrams.Of(token))
            {
                TakeBigram(bigram, value);
            }
        }
    }

    private void TakePredecessor(int predecessor, float value)
    {
        foreach (var bigram in space.BigramsAfter[predecessor])
        {
            TakeBigram(bigram, value);
        }
    }

    private void TakeBigram(int bigram, float value)
    {
        var weights = sums.Weights(3);
        var trigrams = residual[2];
        if (bigram < space.FirstTrigram.Length - 1)
        {
            for (var trigram = space.FirstTrigram[bigram]; trigram < space.FirstTrigram[bigram + 1]; trigram++)
            {
                trigrams[trigram] -= value * weights[trigram];
            }
        }

        if (extraTrigrams.Any(bigram))
        {
            foreach (var trigram in extraTrigrams.Of(bigram))
            {
                trigrams[trigram] -= value * weights[trigram];
            }
        }

        Take(bigram, value * sums.Weights(2)[bigram]);
    }

    // What a bigram loses, its token and its predecessor lose too.
    private void Take(int bigram, float amount)
    {
        var token = sums.ParentOf(2, bigram);
        residual[1][bigram] -= amount;
        residual[0][token] -= amount;
        if (followFamilies)
        {
            foreach (var family in space.Vocabulary.FamiliesOf(Context.Token(sums.ContextOf(1, token), 0)))
            {
                families[family] -= amount;
            }
        }

        if (bigram >= space.PredecessorOf.Length)
        {
            return;
        }

        var predecessor = space.PredecessorOf[bigram];
        afterPredecessor[predecessor] -= amount;
        if (followFamilies)
        {
            foreach (var family in space.Vocabulary.FamiliesOf(space.Predecessors[predecessor]))
            {
                afterFamilies[family] -= amount;
            }
        }
    }

    private void SumFamilies(bool weightsToo)
    {
        familiesStale = false;
        for (var family = 0; family < families.Length; family++)
        {
            families[family] = Sum(residual[0], space.TokensIn[family]);
            afterFamilies[family] = Sum(afterPredecessor, space.PredecessorsIn[family]);
            if (weightsToo)
            {
                familyWeights[family] = Sum(sums.Weights(1), space.TokensIn[family]);
                afterFamilyWeights[family] = Sum(predecessorWeights, space.PredecessorsIn[family]);
            }
        }
    }

    private static float Sum(ReadOnlySpan<float> values, int[] members)
    {
        var sum = 0f;
        foreach (var member in members)
        {
            sum += values[member];
        }

        return sum;
    }
}
