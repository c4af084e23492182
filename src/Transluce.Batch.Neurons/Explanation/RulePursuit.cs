using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Orthogonal matching pursuit of one polarity over all rules a description can state. Every candidate is a place in one vector: tokens, families,
/// predecessors, families of predecessors, then the longer contexts listed. Per place it keeps the weighted sum of what the rules taken so far leave
/// unexplained, so a step is one pass over the vector, and a rule changes its value by adding its overlaps. Belongs to one thread.
/// </summary>
internal sealed class RulePursuit
{
    /// <summary>Rules that can be taken.</summary>
    public const int Capacity = 64;

    // Next to none: what a penalty leaves behind of one rule would be found again as rules of its own.
    private const double Shrinkage = 0.01;

    // A rule taken earlier moves only if that explains this share of what the newest one does.
    private const float WorthMoving = 1e-3f;

    private static readonly int FamilyCount = TokenFamily.All.Count;

    private readonly RuleSpace space;
    private readonly ShortList[] shortLists = [new(), new()];
    private readonly RuleOverlap[] overlaps = [.. Enumerable.Range(0, Capacity).Select(_ => new RuleOverlap())];
    private readonly RidgeSystem system = new(Capacity);
    private readonly List<int> taken = [];
    private readonly List<double> values = [];
    private readonly List<RuleCandidate> takenRules = [];
    private readonly List<ListedContext> listed = [];
    private readonly HashSet<int> listedBigrams = [];
    private readonly List<int> extraPredecessors = [];
    private readonly List<int> postponed = [];
    private readonly Dictionary<int, int> extraPredecessorNumbers = [];
    private int[] predecessorOfExtra = [];
    private float[] sums = [];
    private float[] weights = [];
    private float[] residual = [];
    private float[] inverse = [];
    private float[] gains = [];
    private PolaritySums polarity = null!;
    private double constant;
    private float shrinkage;
    private float listFloor;
    private int tokens;
    private int predecessors;
    private int length;

    public RulePursuit(RuleSpace space) => this.space = space;

    /// <summary>Rules taken, in the order they were taken.</summary>
    public IReadOnlyList<RuleCandidate> Taken => takenRules;

    /// <summary>Candidates.</summary>
    public int Count => length;

    /// <summary>The constant and the values that residuals stand on.</summary>
    public (double Constant, IReadOnlyList<double> Values) Applied => (constant, values);

    private int FirstFamily => tokens;

    private int FirstPredecessor => tokens + FamilyCount;

    private int FirstAfterFamily => FirstPredecessor + predecessors;

    private int FirstListed => FirstAfterFamily + FamilyCount;

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
        listed.Clear();
        listedBigrams.Clear();
        system.Start(polarity.TotalSum, polarity.TotalWeight);
        constant = polarity.TotalWeight > 0 ? polarity.TotalSum / polarity.TotalWeight : 0;
        NumberExtraPredecessors();
        tokens = polarity.Count(1);
        predecessors = space.Predecessors.Length + extraPredecessors.Count;
        length = FirstListed;
        Reserve(length + 4096);
        FillUnary();
        ListContexts();
        TensorPrimitives.MultiplyAdd(weights.AsSpan(0, length), (float)-constant, sums.AsSpan(0, length), residual);
        for (var place = 0; place < length; place++)
        {
            inverse[place] = 1 / (weights[place] + shrinkage);
        }
    }

    /// <summary>The place of the rule that explains most: argmax of (Σ residual)² / (weight + λ), or -1 where nothing is left. A rule below zero counts only where the rules taken so far predict something it can take off.</summary>
    /// <param name="gain">Squared error it explains.</param>
    public int Best(out float gain)
    {
        var all = gains.AsSpan(0, length);
        TensorPrimitives.Multiply(residual.AsSpan(0, length), residual.AsSpan(0, length), all);
        TensorPrimitives.Multiply(all, inverse.AsSpan(0, length), all);
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
    public RuleCandidate At(int place)
    {
        if (place < FirstFamily)
        {
            return new RuleCandidate(RuleKind.Tokens, 1, place);
        }

        if (place < FirstPredecessor)
        {
            return new RuleCandidate(RuleKind.Family, 0, place - FirstFamily);
        }

        if (place < FirstAfterFamily)
        {
            return new RuleCandidate(RuleKind.After, 0, place - FirstPredecessor);
        }

        return place < FirstListed
            ? new RuleCandidate(RuleKind.AfterFamily, 0, place - FirstAfterFamily)
            : new RuleCandidate(RuleKind.Tokens, listed[place - FirstListed].Length, listed[place - FirstListed].Group);
    }

    /// <summary>The token before, of a rule of kind After.</summary>
    public int PredecessorToken(int predecessor) => predecessor < space.Predecessors.Length ? space.Predecessors[predecessor] : extraPredecessors[predecessor - space.Predecessors.Length];

    /// <summary>What is unexplained at a place: weighted sum of y less the rules applied, and the weight.</summary>
    public (float Sum, float Weight) Left(int place) => (residual[place], weights[place]);

    /// <summary>Leaves a rule out from now on.</summary>
    public void Refuse(int place) => inverse[place] = 0;

    /// <summary>Takes a rule, and lets all taken so far find their values together.</summary>
    public void Take(int place, float gain)
    {
        var rule = At(place);
        var overlap = overlaps[taken.Count];
        Overlap(rule, overlap);
        Span<double> shared = stackalloc double[Capacity];
        overlap.With(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(taken), shared);
        system.Add(sums[place], weights[place], shared);
        taken.Add(place);
        takenRules.Add(rule);
        values.Add(0);
        Refuse(place);
        Move(gain);
        if (values[^1] > 0)
        {
            foreach (var other in postponed)
            {
                inverse[other] = 1 / (weights[other] + shrinkage);
            }

            postponed.Clear();
        }

        ListExceptions(rule);
    }

    /// <summary>Values of the first <paramref name="count"/> rules together, at a penalty λ; the constant they stand on is left out.</summary>
    public ReadOnlySpan<double> Values(int count, double penalty) => system.Solve(count, penalty)[1..];

    // What the rules taken so far predict above the constant, summed over the tokens of a place.
    private float Predicted(int place) => sums[place] - residual[place] - ((float)constant * weights[place]);

    private void Move(float gain)
    {
        var solution = system.Solve(taken.Count, Shrinkage);
        var all = residual.AsSpan(0, length);
        TensorPrimitives.MultiplyAdd(weights.AsSpan(0, length), (float)(constant - solution[0]), all, all);
        constant = solution[0];
        for (var i = 0; i < taken.Count; i++)
        {
            var change = solution[i + 1] - values[i];
            if (i == taken.Count - 1 || change * change * weights[taken[i]] > WorthMoving * gain)
            {
                overlaps[i].AddTo(all, (float)-change);
                values[i] = solution[i + 1];
            }
        }
    }

    private void Reserve(int capacity)
    {
        if (sums.Length < capacity)
        {
            Array.Resize(ref sums, capacity + 4096);
            Array.Resize(ref weights, sums.Length);
            Array.Resize(ref residual, sums.Length);
            Array.Resize(ref inverse, sums.Length);
            Array.Resize(ref gains, sums.Length);
        }
    }

    private void NumberExtraPredecessors()
    {
        var extra = polarity.ExtraTokens;
        extraPredecessors.Clear();
        extraPredecessorNumbers.Clear();
        if (predecessorOfExtra.Length < extra.Count)
        {
            predecessorOfExtra = new int[extra.Count + 1024];
        }

        for (var i = 0; i < extra.Count; i++)
        {
            var token = Context.Token(polarity.ContextOf(2, extra[i].Bigram), 1);
            if (!space.PredecessorNumbers.TryGetValue(token, out var number) && !extraPredecessorNumbers.TryGetValue(token, out number))
            {
                number = space.Predecessors.Length + extraPredecessors.Count;
                extraPredecessors.Add(token);
                extraPredecessorNumbers.Add(token, number);
            }

            predecessorOfExtra[i] = number;
        }
    }

    private int TokenId(int token) => token < space.TokenIds.Length ? space.TokenIds[token] : Context.Token(polarity.ContextOf(1, token), 0);

    private ReadOnlySpan<int> FamiliesOfToken(int token) => space.Vocabulary.FamiliesOf(TokenId(token));

    private ReadOnlySpan<int> FamiliesOfPredecessor(int predecessor) => space.Vocabulary.FamiliesOf(PredecessorToken(predecessor));

    private int PredecessorOf(int bigram)
    {
        if (bigram < space.PredecessorOf.Length)
        {
            return space.PredecessorOf[bigram];
        }

        var token = Context.Token(polarity.ContextOf(2, bigram), 1);
        return space.PredecessorNumbers.TryGetValue(token, out var number) ? number : extraPredecessorNumbers[token];
    }

    private void FillUnary()
    {
        polarity.Sums(1).CopyTo(sums);
        polarity.Weights(1).CopyTo(weights);
        sums.AsSpan(tokens, FirstListed - tokens).Clear();
        weights.AsSpan(tokens, FirstListed - tokens).Clear();
        var bigramSums = polarity.Sums(2);
        for (var bigram = 0; bigram < bigramSums.Length; bigram++)
        {
            sums[FirstPredecessor + PredecessorOf(bigram)] += bigramSums[bigram];
        }

        space.PredecessorCounts.CopyTo(weights.AsSpan(FirstPredecessor));
        for (var i = 0; i < polarity.ExtraTokens.Count; i++)
        {
            weights[FirstPredecessor + predecessorOfExtra[i]] += polarity.ExtraTokens[i].Weight;
        }

        for (var token = 0; token < tokens; token++)
        {
            foreach (var family in FamiliesOfToken(token))
            {
                sums[FirstFamily + family] += sums[token];
                weights[FirstFamily + family] += weights[token];
            }
        }

        for (var predecessor = 0; predecessor < predecessors; predecessor++)
        {
            foreach (var family in FamiliesOfPredecessor(predecessor))
            {
                sums[FirstAfterFamily + family] += sums[FirstPredecessor + predecessor];
                weights[FirstAfterFamily + family] += weights[FirstPredecessor + predecessor];
            }
        }
    }

    private void ListContexts()
    {
        listFloor = float.MaxValue;
        for (var contextLength = 2; contextLength <= Context.MaximumLength; contextLength++)
        {
            var found = shortLists[contextLength - 2].Find(polarity.Sums(contextLength), polarity.Weights(contextLength), (float)constant, shrinkage);
            listFloor = Math.Min(listFloor, ShortList.Floor(found));
            foreach (var (_, group) in found)
            {
                List(contextLength, group);
            }
        }
    }

    private void List(int contextLength, int group)
    {
        Reserve(length + 1);
        var bigram = contextLength == 2 ? group : polarity.ParentOf(3, group);
        listed.Add(new ListedContext(contextLength, group, bigram, polarity.ParentOf(2, bigram), PredecessorOf(bigram)));
        if (contextLength == 2)
        {
            listedBigrams.Add(group);
        }

        (sums[length], weights[length]) = (polarity.Sums(contextLength)[group], polarity.Weights(contextLength)[group]);
        length++;
    }

    // The bigrams of a token that contradict its rule were not worth listing before.
    private void ListExceptions(RuleCandidate rule)
    {
        if (rule.Kind != RuleKind.Tokens || rule.Length != 1 || rule.Group >= space.FirstBigram.Length - 1)
        {
            return;
        }

        var bigramSums = polarity.Sums(2);
        var bigramWeights = polarity.Weights(2);
        for (var bigram = space.FirstBigram[rule.Group]; bigram < space.FirstBigram[rule.Group + 1]; bigram++)
        {
            var left = bigramSums[bigram] - ((float)(constant + values[^1]) * bigramWeights[bigram]);
            if (left * left / (bigramWeights[bigram] + shrinkage) <= listFloor || listedBigrams.Contains(bigram))
            {
                continue;
            }

            List(2, bigram);
            var place = length - 1;
            residual[place] = sums[place] - ((float)constant * weights[place]);
            inverse[place] = 1 / (weights[place] + shrinkage);
            for (var i = 0; i < taken.Count; i++)
            {
                var shared = SharedWithListed(takenRules[i], listed[^1]);
                overlaps[i].Add(place, shared);
                residual[place] -= (float)values[i] * shared;
            }
        }
    }

    private void Overlap(RuleCandidate rule, RuleOverlap overlap)
    {
        switch (rule.Kind)
        {
            case RuleKind.Tokens when rule.Length == 1:
                overlap.StartPairs();
                OverlapToken(rule.Group, overlap);
                break;
            case RuleKind.Tokens:
                overlap.StartPairs();
                OverlapContext(rule, overlap);
                break;
            case RuleKind.After:
                overlap.StartPairs();
                OverlapPredecessor(rule.Group, overlap);
                break;
            case RuleKind.Family:
                OverlapFamily(rule.Group, overlap);
                break;
            default:
                OverlapAfterFamily(rule.Group, overlap);
                break;
        }

        for (var i = 0; i < listed.Count; i++)
        {
            var shared = SharedWithListed(rule, listed[i]);
            if (shared != 0)
            {
                overlap.Add(FirstListed + i, shared);
            }
        }

        OverlapExtras(rule, overlap);
    }

    // These five count pool tokens only; those of extra windows are added one by one.
    private void OverlapToken(int token, RuleOverlap overlap)
    {
        if (token >= space.Tokens.Length)
        {
            return;
        }

        AddToken(overlap, token, space.Tokens[token]);
        for (var bigram = space.FirstBigram[token]; bigram < space.FirstBigram[token + 1]; bigram++)
        {
            overlap.Add(FirstPredecessor + space.PredecessorOf[bigram], space.Bigrams[bigram]);
        }

        for (var family = 0; family < FamilyCount; family++)
        {
            overlap.Add(FirstAfterFamily + family, space.Families.AfterWithToken[family][token]);
        }
    }

    private void OverlapPredecessor(int predecessor, RuleOverlap overlap)
    {
        if (predecessor >= space.Predecessors.Length)
        {
            return;
        }

        AddPredecessor(overlap, predecessor, space.PredecessorCounts[predecessor]);
        foreach (var bigram in space.BigramsAfter[predecessor])
        {
            overlap.Add(space.Index.Levels[1].Parents[bigram], space.Bigrams[bigram]);
        }

        for (var family = 0; family < FamilyCount; family++)
        {
            overlap.Add(FirstFamily + family, space.Families.WithPredecessor[family][predecessor]);
        }
    }

    private void OverlapContext(RuleCandidate rule, RuleOverlap overlap)
    {
        var counts = rule.Length == 2 ? space.Bigrams : space.Trigrams;
        if (rule.Group < counts.Length)
        {
            var bigram = rule.Length == 2 ? rule.Group : polarity.ParentOf(3, rule.Group);
            AddToken(overlap, polarity.ParentOf(2, bigram), counts[rule.Group]);
            AddPredecessor(overlap, PredecessorOf(bigram), counts[rule.Group]);
        }
    }

    private void OverlapFamily(int family, RuleOverlap overlap)
    {
        var whole = overlap.StartWhole(length);
        space.Families.WithFamily[family].CopyTo(whole[FirstFamily..]);
        space.Families.WithPredecessor[family].CopyTo(whole[FirstPredecessor..]);
        space.Families.WithAfter[family].CopyTo(whole[FirstAfterFamily..]);
        foreach (var token in space.TokensIn[family])
        {
            whole[token] = space.Tokens[token];
        }
    }

    private void OverlapAfterFamily(int family, RuleOverlap overlap)
    {
        var whole = overlap.StartWhole(length);
        space.Families.AfterWithToken[family].CopyTo(whole);
        space.Families.AfterWithAfter[family].CopyTo(whole[FirstAfterFamily..]);
        for (var other = 0; other < FamilyCount; other++)
        {
            whole[FirstFamily + other] = space.Families.WithAfter[other][family];
        }

        foreach (var predecessor in space.PredecessorsIn[family])
        {
            whole[FirstPredecessor + predecessor] = space.PredecessorCounts[predecessor];
        }
    }

    private void OverlapExtras(RuleCandidate rule, RuleOverlap overlap)
    {
        var extra = polarity.ExtraTokens;
        for (var i = 0; i < extra.Count; i++)
        {
            if (Fits(rule, extra[i].Token, predecessorOfExtra[i], extra[i].Bigram, extra[i].Trigram))
            {
                AddToken(overlap, extra[i].Token, extra[i].Weight);
                AddPredecessor(overlap, predecessorOfExtra[i], extra[i].Weight);
            }
        }
    }

    private void AddToken(RuleOverlap overlap, int token, float weight)
    {
        overlap.Add(token, weight);
        foreach (var family in FamiliesOfToken(token))
        {
            overlap.Add(FirstFamily + family, weight);
        }
    }

    private void AddPredecessor(RuleOverlap overlap, int predecessor, float weight)
    {
        overlap.Add(FirstPredecessor + predecessor, weight);
        foreach (var family in FamiliesOfPredecessor(predecessor))
        {
            overlap.Add(FirstAfterFamily + family, weight);
        }
    }

    private bool Fits(RuleCandidate rule, int token, int predecessor, int bigram, int trigram) => rule.Kind switch
    {
        RuleKind.Tokens => rule.Group == (rule.Length switch { 1 => token, 2 => bigram, _ => trigram }),
        RuleKind.After => rule.Group == predecessor,
        RuleKind.Family => FamiliesOfToken(token).Contains(rule.Group),
        _ => FamiliesOfPredecessor(predecessor).Contains(rule.Group),
    };

    // Weights of listed contexts hold their extra tokens already.
    private float SharedWithListed(RuleCandidate rule, ListedContext context)
    {
        if (rule.Kind == RuleKind.Tokens && rule.Length == 3)
        {
            return context.Length == 3 ? (context.Group == rule.Group ? polarity.Weights(3)[rule.Group] : 0) : context.Group == polarity.ParentOf(3, rule.Group) ? polarity.Weights(3)[rule.Group] : 0;
        }

        return Fits(rule, context.Token, context.Predecessor, context.Bigram, -1) ? polarity.Weights(context.Length)[context.Group] : 0;
    }

    /// <summary>A context of two or three tokens among the candidates.</summary>
    private readonly record struct ListedContext(int Length, int Group, int Bigram, int Token, int Predecessor);
}
