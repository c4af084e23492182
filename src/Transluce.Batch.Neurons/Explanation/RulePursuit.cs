using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Orthogonal matching pursuit of one polarity over all rules a description can state. Per candidate it keeps the weighted sum of what the rules taken so far
/// leave unexplained, so a step is one pass over a vector, and a rule changes its value by adding its overlaps. Belongs to one thread.
/// </summary>
internal sealed class RulePursuit
{
    /// <summary>Rules that can be taken.</summary>
    public const int Capacity = 64;

    // Next to none: what a penalty leaves behind of one rule would be found again as rules of its own.
    private const double Shrinkage = 0.01;

    // A rule taken earlier moves only if that explains this share of what the newest one does.
    private const float WorthMoving = 1e-3f;

    private readonly RuleSpace space;
    private readonly RuleCandidates candidates;
    private readonly ShortList[] shortLists = [new(), new()];
    private readonly RuleOverlap[] overlaps = [.. Enumerable.Range(0, Capacity).Select(_ => new RuleOverlap())];
    private readonly RidgeSystem system = new(Capacity);
    private readonly List<int> taken = [];
    private readonly List<double> values = [];
    private readonly List<RuleCandidate> takenRules = [];
    private readonly HashSet<int> listedBigrams = [];
    private readonly List<int> postponed = [];
    private float[] residual = [];
    private float[] inverse = [];
    private float[] gains = [];
    private PolaritySums polarity = null!;
    private double constant;
    private float shrinkage;
    private float listFloor;

    public RulePursuit(RuleSpace space)
    {
        this.space = space;
        candidates = new RuleCandidates(space);
    }

    /// <summary>Rules taken, in the order they were taken.</summary>
    public IReadOnlyList<RuleCandidate> Taken => takenRules;

    /// <summary>Candidates.</summary>
    public int Count => candidates.Count;

    /// <summary>The constant and the values that residuals stand on.</summary>
    public (double Constant, IReadOnlyList<double> Values) Applied => (constant, values);

    /// <summary>Starts anew: everything above the mean is unexplained.</summary>
    /// <param name="polaritySums">The polarity's sums.</param>
    /// <param name="penalty">λ, in tokens: the evidence a rule must have to be taken.</param>
    public void Start(PolaritySums polaritySums, float penalty)
    {
        (polarity, shrinkage) = (polaritySums, penalty);
        taken.Clear();
        takenRules.Clear();
        values.Clear();
        postponed.Clear();
        listedBigrams.Clear();
        system.Start(polarity.TotalSum, polarity.TotalWeight);
        constant = polarity.TotalWeight > 0 ? polarity.TotalSum / polarity.TotalWeight : 0;
        candidates.Load(polarity);
        ListContexts();
        Reserve();
        TensorPrimitives.MultiplyAdd(candidates.Weights, (float)-constant, candidates.Sums, residual);
        for (var place = 0; place < Count; place++)
        {
            inverse[place] = 1 / (candidates.Weights[place] + shrinkage);
        }
    }

    /// <summary>The place of the rule that explains most: argmax of (Σ residual)² / (weight + λ), or -1 where nothing is left. A rule below zero counts only where the rules taken so far predict something it can take off.</summary>
    /// <param name="gain">Squared error it explains.</param>
    public int Best(out float gain)
    {
        var all = gains.AsSpan(0, Count);
        TensorPrimitives.Multiply(residual.AsSpan(0, Count), residual.AsSpan(0, Count), all);
        TensorPrimitives.Multiply(all, inverse.AsSpan(0, Count), all);
        while (true)
        {
            var best = TensorPrimitives.IndexOfMax<float>(all);
            gain = best < 0 ? 0 : all[best];
            if (!(gain > 0) || !float.IsFinite(gain))
            {
                return -1;
            }

            if (residual[best] > 0 || -residual[best] <= 2 * Predicted(best))
            {
                return best;
            }

            postponed.Add(best);
            (inverse[best], all[best]) = (0, 0);
        }
    }

    /// <summary>The rule at a place.</summary>
    public RuleCandidate At(int place) => candidates.At(place);

    /// <summary>The token before, of a rule of kind After.</summary>
    public int PredecessorToken(int predecessor) => candidates.PredecessorToken(predecessor);

    /// <summary>What is unexplained at a place: weighted sum of y less the rules applied, and the weight.</summary>
    public (float Sum, float Weight) Left(int place) => (residual[place], candidates.Weights[place]);

    /// <summary>Leaves a rule out from now on.</summary>
    public void Refuse(int place) => inverse[place] = 0;

    /// <summary>Takes a rule, and lets all taken so far find their values together.</summary>
    public void Take(int place, float gain)
    {
        var rule = At(place);
        var overlap = overlaps[taken.Count];
        candidates.Overlap(rule, overlap);
        Span<double> shared = stackalloc double[Capacity];
        overlap.With(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(taken), shared);
        system.Add(candidates.Sums[place], candidates.Weights[place], shared);
        taken.Add(place);
        takenRules.Add(rule);
        values.Add(0);
        Refuse(place);
        Move(gain);
        if (values[^1] > 0)
        {
            foreach (var other in postponed)
            {
                inverse[other] = 1 / (candidates.Weights[other] + shrinkage);
            }

            postponed.Clear();
        }

        ListExceptions(rule);
    }

    /// <summary>Values of the first <paramref name="count"/> rules together, at a penalty λ; the constant they stand on is left out.</summary>
    public ReadOnlySpan<double> Values(int count, double penalty) => system.Solve(count, penalty)[1..];

    // What the rules taken so far predict above the constant, summed over the tokens of a place.
    private float Predicted(int place) => candidates.Sums[place] - residual[place] - ((float)constant * candidates.Weights[place]);

    private void Move(float gain)
    {
        var solution = system.Solve(taken.Count, Shrinkage);
        var all = residual.AsSpan(0, Count);
        TensorPrimitives.MultiplyAdd(candidates.Weights, (float)(constant - solution[0]), all, all);
        constant = solution[0];
        for (var i = 0; i < taken.Count; i++)
        {
            var change = solution[i + 1] - values[i];
            if (i == taken.Count - 1 || change * change * candidates.Weights[taken[i]] > WorthMoving * gain)
            {
                overlaps[i].AddTo(all, (float)-change);
                values[i] = solution[i + 1];
            }
        }
    }

    private void Reserve()
    {
        if (residual.Length < Count)
        {
            Array.Resize(ref residual, Count + 8192);
            Array.Resize(ref inverse, residual.Length);
            Array.Resize(ref gains, residual.Length);
        }
    }

    private void ListContexts()
    {
        listFloor = float.MaxValue;
        for (var length = 2; length <= Context.MaximumLength; length++)
        {
            var found = shortLists[length - 2].Find(polarity.Sums(length), polarity.Weights(length), (float)constant, shrinkage);
            listFloor = Math.Min(listFloor, ShortList.Floor(found));
            foreach (var (_, group) in found)
            {
                candidates.List(length, group);
                if (length == 2)
                {
                    listedBigrams.Add(group);
                }
            }
        }
    }

    // The bigrams of a token that contradict its rule were not worth listing before.
    private void ListExceptions(RuleCandidate rule)
    {
        if (rule.Kind != RuleKind.Tokens || rule.Length != 1 || rule.Group >= space.FirstBigram.Length - 1)
        {
            return;
        }

        var (start, end) = (space.FirstBigram[rule.Group], space.FirstBigram[rule.Group + 1]);
        for (var bigram = start; bigram < end; bigram++)
        {
            var weight = polarity.Weights(2)[bigram];
            var left = polarity.Sums(2)[bigram] - ((float)(constant + values[^1]) * weight);
            if (left * left / (weight + shrinkage) > listFloor && listedBigrams.Add(bigram))
            {
                ListException(bigram);
            }
        }
    }

    private void ListException(int bigram)
    {
        var place = candidates.List(2, bigram);
        Reserve();
        inverse[place] = 1 / (candidates.Weights[place] + shrinkage);
        residual[place] = candidates.Sums[place] - ((float)constant * candidates.Weights[place]);
        for (var i = 0; i < taken.Count; i++)
        {
            var shared = candidates.SharedWithListed(takenRules[i], place);
            overlaps[i].Add(place, shared);
            residual[place] -= (float)values[i] * shared;
        }
    }
}
