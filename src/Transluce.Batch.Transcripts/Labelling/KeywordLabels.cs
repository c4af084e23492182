using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Names and describes clusters without a model: keywords, and quotes of typical members.</summary>
internal sealed class KeywordLabels(LabelOptions options, CitedBlocks blocks, IReadOnlyDictionary<string, IReadOnlyList<ChunkRow>> chunksOfItem)
{
    public const string Method = "ctfidf";

    public ClusterLabelRow Of(LabelledCluster cluster)
    {
        string[] keywords = [.. cluster.Keywords.Select(keyword => keyword.Word)];
        if (cluster.Members.Count == 0)
        {
            return new ClusterLabelRow(cluster.Row.ClusterId, Method, "", "", keywords, Model: null, PromptSha256: null, CitedRuns: [], MergedInto: -1, InsideIds: [], OutsideIds: [], "no members: nothing to name it by");
        }

        var name = string.Join(", ", keywords.Take(options.NameWords));
        var runs = new List<string>();
        ClusterMemberRow[] shown = [.. cluster.Typical(options.Cited).Where(member => chunksOfItem.ContainsKey(member.ItemId))];
        var cited = shown.Select(member => Cite(member, cluster.Keywords, runs)).ToArray();
        var description = cited.Length == 0 ? "" : cited.Length == 1 ? $"Typical: {cited[0]}" : $"Typical: {cited[0]} Also: {string.Join(' ', cited[1..])}";
        return new ClusterLabelRow(
            cluster.Row.ClusterId, Method, name, description, keywords, Model: null, PromptSha256: null, [.. runs], MergedInto: -1, InsideIds: [.. shown.Select(member => member.ItemId)], OutsideIds: [],
            name.Length == 0 ? "no word sets it apart" : null);
    }

    private string Cite(ClusterMemberRow member, IReadOnlyList<(string Word, double Weight)> keywords, List<string> runs)
    {
        var run = runs.IndexOf(member.AgentRunId);
        if (run < 0)
        {
            run = runs.Count;
            runs.Add(member.AgentRunId);
        }

        var (chunk, block, quote) = QuoteChoice.Of(chunksOfItem[member.ItemId], keywords, blocks, options.QuoteLength);
        return Citation.Of(run, chunk.TranscriptOrdinal, block, quote);
    }
}
