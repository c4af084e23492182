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
    private readonly float[] afterPredecessor;
    private readonly float[] predecessorWeights;
    private readonly float[] families = new float[TokenFamily.All.Count];
    private readonly float[] afterFamilies = new float[TokenFamily.All.Count];
    private readonly float[] familyWeights = new float[TokenFamily.All.Count];
    private readonly float[] afterFamilyWeights = new float[TokenFamily.All.Count];
    private readonly float[] gains;
    private PolaritySums sums = null!;

    public RuleResiduals(RuleSpace space)
    {
        this.space = space;
        afterPredecessor = new float[space.Predecessors.Length];
        predecessorWeights = space.PredecessorWeights;
        gains = new float[space.Index.Levels[2].Count];
        for (var family = 0; family < families.Length; family++)
        {
            foreach (var predecessor in space.PredecessorsIn[family])
            {
                afterFamilyWeights[family] += predecessorWeights[predecessor];
            }
        }
    }

    /// <summary>Starts anew: everything above the mean is unexplained.</summary>
    public void Load(PolaritySums polarity)
    {
        sums = polarity;
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
        for (var bigram = 0; bigram < space.PredecessorOf.Length; bigram++)
        {
            afterPredecessor[space.PredecessorOf[bigram]] += residual[1][bigram];
        }

        SumFamilies(weightsToo: true);
    }

    /// <summary>The rule that explains most of the squared error: argmax of (sum of residuals)² / (weight + λ).</summary>
    /// <param name="shrinkage">λ, in tokens.</param>
    /// <param name="allowed">False for a candidate that must not be taken (again).</param>
    public RuleCandidate Best(float shrinkage, Func<RuleCandidate, bool> allowed)
    {
        var best = RuleCandidate.None;
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            Consider(RuleKind.Tokens, length, residual[length - 1].AsSpan(0, sums.Count(length)), sums.Weights(length), shrinkage, allowed, ref best);
        }

        Consider(RuleKind.After, 0, afterPredecessor, predecessorWeights, shrinkage, allowed, ref best);
        Consider(RuleKind.Family, 0, families, familyWeights, shrinkage, allowed, ref best);
        Consider(RuleKind.AfterFamily, 0, afterFamilies, afterFamilyWeights, shrinkage, allowed, ref best);
        return best;
    }

    /// <summary>Takes value × weight off wherever the rule applies.</summary>
    public void Apply(RuleCandidate rule, float value)
    {
        switch (rule.Kind)
        {
            case RuleKind.Tokens when rule.Length == 3:
                TakeTrigram(rule.Group, value);
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

        SumFamilies(weightsToo: false);
    }

    /// <summary>Sum of residuals and weight where a rule applies.</summary>
    public (float Sum, float Weight) At(RuleCandidate rule) => rule.Kind switch
    {
        RuleKind.Tokens => (residual[rule.Length - 1][rule.Group], sums.Weights(rule.Length)[rule.Group]),
        RuleKind.Family => (families[rule.Group], familyWeights[rule.Group]),
        RuleKind.After => (afterPredecessor[rule.Group], predecessorWeights[rule.Group]),
        _ => (afterFamilies[rule.Group], afterFamilyWeights[rule.Group]),
    };

    private void Consider(RuleKind kind, int length, ReadOnlySpan<float> residuals, ReadOnlySpan<float> weights, float shrinkage, Func<RuleCandidate, bool> allowed, ref RuleCandidate best)
    {
        var gain = gains.Length >= residuals.Length ? gains.AsSpan(0, residuals.Length) : new float[residuals.Length];
        TensorPrimitives.Add(weights, shrinkage, gain);
        TensorPrimitives.Divide(residuals, gain, gain);
        TensorPrimitives.Multiply(residuals, gain, gain);
        while (true)
        {
            var group = TensorPrimitives.IndexOfMax<float>(gain);
            if (group < 0 || !(gain[group] > best.Gain))
            {
                return;
            }

            var candidate = new RuleCandidate(kind, length, group, gain[group], residuals[group] / (weights[group] + shrinkage));
            if (allowed(candidate))
            {
                best = candidate;
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

        for (var bigram = space.Index.Levels[1].Count; bigram < sums.Count(2); bigram++)
        {
            if (sums.ParentOf(2, bigram) == token)
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
        if (bigram < space.FirstTrigram.Length - 1)
        {
            for (var trigram = space.FirstTrigram[bigram]; trigram < space.FirstTrigram[bigram + 1]; trigram++)
            {
                residual[2][trigram] -= value * weights[trigram];
            }
        }

        for (var trigram = space.Index.Levels[2].Count; trigram < sums.Count(3); trigram++)
        {
            if (sums.ParentOf(3, trigram) == bigram)
            {
                residual[2][trigram] -= value * weights[trigram];
            }
        }

        Take(bigram, value * sums.Weights(2)[bigram]);
    }

    private void TakeTrigram(int trigram, float value)
    {
        var amount = value * sums.Weights(3)[trigram];
        residual[2][trigram] -= amount;
        Take(sums.ParentOf(3, trigram), amount);
    }

    // What a bigram loses, its token and its predecessor lose too.
    private void Take(int bigram, float amount)
    {
        residual[1][bigram] -= amount;
        residual[0][sums.ParentOf(2, bigram)] -= amount;
        if (bigram < space.PredecessorOf.Length)
        {
            afterPredecessor[space.PredecessorOf[bigram]] -= amount;
        }
    }

    private void SumFamilies(bool weightsToo)
    {
        var tokenWeights = sums.Weights(1);
        for (var family = 0; family < families.Length; family++)
        {
            var (sum, weight) = (0f, 0f);
            foreach (var token in space.TokensIn[family])
            {
                sum += residual[0][token];
                weight += weightsToo ? tokenWeights[token] : 0;
            }

            families[family] = sum;
            familyWeights[family] = weightsToo ? weight : familyWeights[family];
            sum = 0;
            foreach (var predecessor in space.PredecessorsIn[family])
            {
                sum += afterPredecessor[predecessor];
            }

            afterFamilies[family] = sum;
        }
    }
}

/// <summary>A rule under consideration.</summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Length">Tokens in the context, for <see cref="RuleKind.Tokens"/>.</param>
/// <param name="Group">Context group, predecessor or family.</param>
/// <param name="Gain">Squared error it explains.</param>
/// <param name="Value">Activation it adds.</param>
internal readonly record struct RuleCandidate(RuleKind Kind, int Length, int Group, float Gain, float Value)
{
    public static RuleCandidate None { get; } = new(RuleKind.Tokens, 0, -1, 0, 0);

    /// <summary>The same rule whatever its value.</summary>
    public (RuleKind Kind, int Length, int Group) Identity => (Kind, Length, Group);
}
