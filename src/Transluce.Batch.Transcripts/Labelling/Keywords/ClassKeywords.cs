namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>
/// Class-based TF-IDF (Grootendorst 2022): a word weighs its frequency in the class times log(1 + A / f), A being the mean number of words of
/// a class and f the word's frequency in all. A member counts a word once, so that one long output does not name a cluster. A word of one
/// member only can name no cluster but one that has no other member: elsewhere it is counted and not kept.
/// </summary>
/// <param name="repeated">Words that occur in more than one member; may hold more.</param>
internal sealed class ClassKeywords(RepeatedWords repeated)
{
    // Three forms of one word say no more than one.
    private const int StemLength = 5;

    // How much commoner a word must be in its class than in all. What every cluster says names none.
    private const double LeastLift = 1.25;

    private readonly Dictionary<int, Dictionary<string, int>> counts = [];
    private readonly Dictionary<int, int> members = [];
    private readonly Dictionary<string, int> inAll = new(StringComparer.Ordinal);
    private double total;

    /// <param name="cluster">The cluster.</param>
    /// <param name="words">Of one member.</param>
    /// <param name="alone">Whether it is the only member.</param>
    public void Add(int cluster, IEnumerable<string> words, bool alone)
    {
        members[cluster] = members.GetValueOrDefault(cluster) + 1;
        if (!counts.TryGetValue(cluster, out var own))
        {
            counts.Add(cluster, own = new Dictionary<string, int>(StringComparer.Ordinal));
        }

        foreach (var word in words.Distinct(StringComparer.Ordinal))
        {
            total++;
            if (!alone && !repeated.Contains(word))
            {
                continue;
            }

            own[word] = own.GetValueOrDefault(word) + 1;
            inAll[word] = inAll.GetValueOrDefault(word) + 1;
        }
    }

    /// <summary>The words of a cluster that weigh most, best first; of equal ones by spelling. Left out: words of one member out of many, and what is as common elsewhere.</summary>
    public IReadOnlyList<(string Word, double Weight)> Best(int cluster, int count)
    {
        if (!counts.TryGetValue(cluster, out var own))
        {
            return [];
        }

        var mean = total / counts.Count;
        double items = members.Values.Sum();
        var least = Math.Max(Math.Min(2, members[cluster]), members[cluster] / 20);
        var ranked = own.Where(pair => pair.Value >= least && (counts.Count == 1 || pair.Value / (double)members[cluster] >= LeastLift * inAll[pair.Key] / items))
            .Select(pair => (pair.Key, Weight: (double)pair.Value / members[cluster] * Math.Log(1 + (mean / inAll[pair.Key]))))
            .OrderByDescending(pair => pair.Weight).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        var best = new List<(string, double)>();
        var stems = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (word, weight) in ranked)
        {
            if (best.Count == count)
            {
                break;
            }

            if (stems.Add(word.Length > StemLength + 2 ? word[..(StemLength + 1)] : word.TrimEnd('s')))
            {
                best.Add((word, weight));
            }
        }

        return best;
    }
}
