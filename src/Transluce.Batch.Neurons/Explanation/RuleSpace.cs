namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// What the rules of a description can refer to in a pool, and how many of its tokens any two of them share: which bigrams follow which token,
/// which tokens and predecessors each family holds. The same for every neuron.
/// </summary>
public sealed class RuleSpace
{
    private RuleSpace(ContextIndex index, TokenVocabulary vocabulary)
    {
        Index = index;
        Vocabulary = vocabulary;
        TokenIds = Array.ConvertAll(index.Levels[0].Contexts, context => Context.Token(context, 0));
        var previous = Array.ConvertAll(index.Levels[1].Contexts, context => Context.Token(context, 1));
        Predecessors = [.. previous.Distinct().Order()];
        PredecessorNumbers = Predecessors.Select((token, i) => (token, i)).ToDictionary(pair => pair.token, pair => pair.i);
        PredecessorOf = Array.ConvertAll(previous, token => PredecessorNumbers[token]);
        BigramsAfter = Invert(PredecessorOf, Predecessors.Length);
        FirstBigram = FirstChildren(index.Levels[0], index.Levels[1]);
        (Tokens, Bigrams, Trigrams) = (Counts(index.Levels[0]), Counts(index.Levels[1]), Counts(index.Levels[2]));
        TokensIn = Members(TokenIds);
        PredecessorsIn = Members(Predecessors);
        PredecessorCounts = new float[Predecessors.Length];
        Families = new FamilyOverlaps(TokenFamily.All.Count, TokenIds.Length, Predecessors.Length);
        Count();
    }

    public ContextIndex Index { get; }

    public TokenVocabulary Vocabulary { get; }

    /// <summary>Token group → token id.</summary>
    public int[] TokenIds { get; }

    /// <summary>Distinct predecessors, ascending token ids (<see cref="TokenWindow.Start"/> first where present).</summary>
    public int[] Predecessors { get; }

    /// <summary>Token id → index into <see cref="Predecessors"/>.</summary>
    public Dictionary<int, int> PredecessorNumbers { get; }

    /// <summary>Bigram group → index into <see cref="Predecessors"/>.</summary>
    public int[] PredecessorOf { get; }

    /// <summary>Predecessor → its bigram groups, ascending.</summary>
    public int[][] BigramsAfter { get; }

    /// <summary>Token group g holds bigram groups FirstBigram[g] … FirstBigram[g + 1] - 1.</summary>
    public int[] FirstBigram { get; }

    /// <summary>Token group → its tokens in the pool.</summary>
    public float[] Tokens { get; }

    /// <summary>Bigram group → its tokens in the pool.</summary>
    public float[] Bigrams { get; }

    /// <summary>Trigram group → its tokens in the pool.</summary>
    public float[] Trigrams { get; }

    /// <summary>Predecessor → the tokens after it in the pool.</summary>
    public float[] PredecessorCounts { get; }

    /// <summary>Family → token groups it holds.</summary>
    public int[][] TokensIn { get; }

    /// <summary>Family → predecessors it holds.</summary>
    public int[][] PredecessorsIn { get; }

    /// <summary>How many tokens of the pool families share with everything else.</summary>
    internal FamilyOverlaps Families { get; }

    public static RuleSpace Build(ContextIndex index, TokenVocabulary vocabulary) => new(index, vocabulary);

    private static float[] Counts(ContextLevel level)
    {
        var counts = new float[level.Count];
        for (var group = 0; group < counts.Length; group++)
        {
            counts[group] = level.Starts[group + 1] - level.Starts[group];
        }

        return counts;
    }

    private void Count()
    {
        var parents = Index.Levels[1].Parents;
        for (var bigram = 0; bigram < Bigrams.Length; bigram++)
        {
            var (token, predecessor, count) = (parents[bigram], PredecessorOf[bigram], Bigrams[bigram]);
            PredecessorCounts[predecessor] += count;
            Families.Add(token, Vocabulary.FamiliesOf(TokenIds[token]), predecessor, Vocabulary.FamiliesOf(Predecessors[predecessor]), count);
        }
    }

    private static int[][] Invert(int[] groupOf, int groups)
    {
        var members = new List<int>[groups];
        for (var i = 0; i < groupOf.Length; i++)
        {
            (members[groupOf[i]] ??= []).Add(i);
        }

        return Array.ConvertAll(members, list => list.ToArray());
    }

    private static int[] FirstChildren(ContextLevel level, ContextLevel below)
    {
        var first = new int[level.Count + 1];
        for (var child = below.Count - 1; child >= 0; child--)
        {
            first[below.Parents[child]] = child;
        }

        first[level.Count] = below.Count;
        return first;
    }

    private int[][] Members(int[] tokens)
    {
        var members = new List<int>[TokenFamily.All.Count];
        for (var family = 0; family < members.Length; family++)
        {
            members[family] = [];
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            foreach (var family in Vocabulary.FamiliesOf(tokens[i]))
            {
                members[family].Add(i);
            }
        }

        return Array.ConvertAll(members, list => list.ToArray());
    }
}

/// <summary>Tokens of a pool that a family shares with tokens, predecessors and other families; "after" families hold the token before.</summary>
internal sealed class FamilyOverlaps
{
    public FamilyOverlaps(int families, int tokens, int predecessors)
    {
        float[][] Table(int width) => [.. Enumerable.Range(0, families).Select(_ => new float[width])];
        (WithPredecessor, AfterWithToken) = (Table(predecessors), Table(tokens));
        (WithFamily, WithAfter, AfterWithAfter) = (Table(families), Table(families), Table(families));
    }

    /// <summary>[family][predecessor]: tokens of the family after it.</summary>
    public float[][] WithPredecessor { get; }

    /// <summary>[family][token group]: occurrences of the token after one of the family.</summary>
    public float[][] AfterWithToken { get; }

    /// <summary>[family][family]: tokens in both.</summary>
    public float[][] WithFamily { get; }

    /// <summary>[family][family]: tokens of the first after one of the second.</summary>
    public float[][] WithAfter { get; }

    /// <summary>[family][family]: tokens after one of both.</summary>
    public float[][] AfterWithAfter { get; }

    public void Add(int token, ReadOnlySpan<int> own, int predecessor, ReadOnlySpan<int> before, float count)
    {
        foreach (var family in own)
        {
            WithPredecessor[family][predecessor] += count;
            foreach (var other in own)
            {
                WithFamily[family][other] += count;
            }

            foreach (var other in before)
            {
                WithAfter[family][other] += count;
            }
        }

        foreach (var family in before)
        {
            AfterWithToken[family][token] += count;
            foreach (var other in before)
            {
                AfterWithAfter[family][other] += count;
            }
        }
    }
}
