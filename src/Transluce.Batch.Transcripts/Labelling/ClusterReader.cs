using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Reads clusters with their members and finds their keywords: each cluster among those of its own level.</summary>
internal static class ClusterReader
{
    public static IReadOnlyList<LabelledCluster> Read(ArtifactReader clustering, ClusterTexts texts, int keywords)
    {
        ClusterRow[] rows = [.. clustering.Read<ClusterRow>()];
        var all = clustering.Read<ClusterMemberRow>().ToDictionary(member => member.ItemId, StringComparer.Ordinal);
        ClusterMemberRow[] members = [.. all.Values.Where(member => member.ClusterId >= 0)];
        var outside = clustering.Read<ClusterNeighbourRow>().ToLookup(near => near.ClusterId, near => all[near.ItemId]);
        var ancestors = rows.Where(row => row.Level == 0).ToDictionary(row => row.ClusterId, row => Ancestors(row, rows));
        var repeated = new RepeatedWords();
        foreach (var (_, own) in Words(members, texts))
        {
            foreach (var word in own)
            {
                repeated.Add(word);
            }
        }

        var words = rows.Select(row => row.Level).Distinct().ToDictionary(level => level, _ => new ClassKeywords(repeated));
        foreach (var (member, own) in Words(members, texts))
        {
            foreach (var node in ancestors[member.ClusterId])
            {
                words[node.Level].Add(node.ClusterId, own, alone: node.Items == 1);
            }
        }

        var membersOf = members.SelectMany(member => ancestors[member.ClusterId], (member, node) => (member, node.ClusterId)).ToLookup(pair => pair.ClusterId, pair => pair.member);
        return [.. rows.Select(row => new LabelledCluster(
            row,
            [.. membersOf[row.ClusterId].OrderBy(member => member.Distance).ThenBy(member => member.ItemId, StringComparer.Ordinal)],
            [.. outside[row.ClusterId]],
            words[row.Level].Best(row.ClusterId, keywords)))];
    }

    /// <summary>Distinct words of each member.</summary>
    private static IEnumerable<(ClusterMemberRow Member, string[] Words)> Words(ClusterMemberRow[] members, ClusterTexts texts)
        => texts.Chunks(members).Select(pair => (pair.Member, pair.Chunks.SelectMany(chunk => KeywordWords.Of(chunk.Text)).Distinct(StringComparer.Ordinal).ToArray()));

    /// <summary>A leaf and every cluster above it.</summary>
    private static List<ClusterRow> Ancestors(ClusterRow leaf, ClusterRow[] rows)
    {
        var path = new List<ClusterRow>();
        for (var row = leaf; row is not null; row = rows.FirstOrDefault(other => other.ClusterId == row.ParentId && other.Level > row.Level))
        {
            path.Add(row);
        }

        return path;
    }
}
