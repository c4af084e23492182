namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What the rules of a description can refer to in a pool: which bigrams follow which token, and which tokens and predecessors each family holds. The same for every neuron.</summary>
public sealed class RuleSpace
{
    private RuleSpace(ContextIndex index, TokenVocabulary vocabulary)
    {
        Index = index;
        Vocabulary = vocabulary;
    }

    public ContextIndex Index { get; }

    public TokenVocabulary Vocabulary { get; }

    /// <summary>Distinct predecessors, ascending token ids (<see cref="TokenWindow.Start"/> first where present).</summary>
    public required int[] Predecessors { get; init; }

    /// <summary>Bigram group → index into <see cref="Predecessors"/>.</summary>
    public required int[] PredecessorOf { get; init; }

    /// <summary>Predecessor → its bigram groups, ascending.</summary>
    public required int[][] BigramsAfter { get; init; }

    /// <summary>Token group g holds bigram groups FirstBigram[g] … FirstBigram[g + 1] - 1.</summary>
    public required int[] FirstBigram { get; init; }

    /// <summary>Bigram group b holds trigram groups FirstTrigram[b] … FirstTrigram[b + 1] - 1.</summary>
    public required int[] FirstTrigram { get; init; }

    /// <summary>Family → token groups it holds.</summary>
    public required int[][] TokensIn { get; init; }

    /// <summary>Family → predecessors it holds.</summary>
    public required int[][] PredecessorsIn { get; init; }

    public static RuleSpace Build(ContextIndex index, TokenVocabulary vocabulary)
    {
        var (tokens, bigrams, trigrams) = (index.Levels[0], index.Levels[1], index.Levels[2]);
        var previous = Array.ConvertAll(bigrams.Contexts, context => Context.Token(context, 1));
        int[] predecessors = [.. previous.Distinct().Order()];
        var number = predecessors.Select((token, i) => (token, i)).ToDictionary(pair => pair.token, pair => pair.i);
        var predecessorOf = Array.ConvertAll(previous, token => number[token]);
        var after = new List<int>[predecessors.Length];
        for (var bigram = 0; bigram < bigrams.Count; bigram++)
        {
            (after[predecessorOf[bigram]] ??= []).Add(bigram);
        }

        return new RuleSpace(index, vocabulary)
        {
            Predecessors = predecessors,
            PredecessorOf = predecessorOf,
            BigramsAfter = Array.ConvertAll(after, list => list.ToArray()),
            FirstBigram = FirstChildren(tokens, bigrams),
            FirstTrigram = FirstChildren(bigrams, trigrams),
            TokensIn = Members(vocabulary, Array.ConvertAll(tokens.Contexts, context => Context.Token(context, 0))),
            PredecessorsIn = Members(vocabulary, predecessors),
        };
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

    private static int[][] Members(TokenVocabulary vocabulary, int[] tokens)
    {
        var members = new List<int>[TokenFamily.All.Count];
        for (var family = 0; family < members.Length; family++)
        {
            members[family] = [];
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            foreach (var family in vocabulary.FamiliesOf(tokens[i]))
            {
                members[family].Add(i);
            }
        }

        return Array.ConvertAll(members, list => list.ToArray());
    }
}
