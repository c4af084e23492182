namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Every rule that could be stated of one polarity, as places of one vector: tokens, families, predecessors, families of predecessors, then longer contexts as they
/// are listed. Knows the weighted sum of activations and the weight of each place, and the weight it shares with any rule. Belongs to one thread.
/// </summary>
internal sealed class RuleCandidates(RuleSpace space)
{
    private static readonly int FamilyCount = TokenFamily.All.Count;

    private readonly List<ListedContext> listed = [];
    private readonly List<int> extraPredecessors = [];
    private readonly Dictionary<int, int> extraPredecessorNumbers = [];
    private int[] predecessorOfExtra = [];
    private float[] sums = [];
    private float[] weights = [];
    private PolaritySums polarity = null!;
    private int tokens;
    private int predecessors;

    /// <summary>Places in use.</summary>
    public int Count { get; private set; }

    /// <summary>Weighted sum of activations per place.</summary>
    public ReadOnlySpan<float> Sums => sums.AsSpan(0, Count);

    /// <summary>Weight per place.</summary>
    public ReadOnlySpan<float> Weights => weights.AsSpan(0, Count);

    private int FirstFamily => tokens;

    private int FirstPredecessor => tokens + FamilyCount;

    private int FirstAfterFamily => FirstPredecessor + predecessors;

    private int FirstListed => FirstAfterFamily + FamilyCount;

    /// <summary>All candidates of one token or family; longer contexts are listed one by one.</summary>
    public void Load(PolaritySums polaritySums)
    {
        polarity = polaritySums;
        listed.Clear();
        NumberExtraPredecessors();
        tokens = polarity.Count(1);
        predecessors = space.Predecessors.Length + extraPredecessors.Count;
        Count = FirstListed;
        Reserve(Count + 4096);
        FillUnary();
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

    /// <summary>Makes a longer context a candidate.</summary>
    /// <returns>Its place.</returns>
    public int List(int contextLength, int group)
    {
        Reserve(Count + 1);
        var bigram = contextLength == 2 ? group : polarity.ParentOf(3, group);
        listed.Add(new ListedContext(contextLength, group, bigram, polarity.ParentOf(2, bigram), PredecessorOf(bigram)));
        (sums[Count], weights[Count]) = (polarity.Sums(contextLength)[group], polarity.Weights(contextLength)[group]);
        return Count++;
    }

    /// <summary>The weight a rule shares with a listed context.</summary>
    public float SharedWithListed(RuleCandidate rule, int place) => SharedWithListed(rule, listed[place - FirstListed]);

    /// <summary>The weight a rule shares with every candidate.</summary>
    public void Overlap(RuleCandidate rule, RuleOverlap overlap)
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
        var whole = overlap.StartWhole(Count);
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
        var whole = overlap.StartWhole(Count);
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

    private void Reserve(int capacity)
    {
        if (sums.Length < capacity)
        {
            Array.Resize(ref sums, capacity + 4096);
            Array.Resize(ref weights, sums.Length);
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

    /// <summary>A context of two or three tokens among the candidates.</summary>
    private readonly record struct ListedContext(int Length, int Group, int Bigram, int Token, int Predecessor);
}
