using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Writes the tree of a run's agents: every agent, and whatever else holds a conversation of its own.</summary>
internal static class TranscriptGroups
{
    public static IReadOnlyDictionary<AgentNode, string> Write(LogTables tables, RunLabel run, SampleReading reading, IReadOnlyList<Conversation> conversations)
    {
        var nodes = reading.Outline.Nodes;
        var occurrences = new Occurrences();
        var holders = conversations.Select(conversation => conversation.Node).OfType<AgentNode>().ToHashSet();
        var kept = nodes.Where(node => node.IsAgent || node.Type == "group" || holders.Contains(node)).ToHashSet();
        var ids = new Dictionary<AgentNode, string>();
        foreach (var node in AgentTree.DepthFirst(nodes).Where(kept.Contains))
        {
            var above = AgentTree.NearestAbove(node, kept);
            var id = ids[node] = occurrences.Id(run.AgentRunId, node.SpanId);
            tables.Groups.Write(new TranscriptGroupRow(
                run.Ordinal, ids.Count - 1, id, run.AgentRunId, above is null ? null : ids[above], node.Name, node.Type, reading.Attachments.ResolveWithin(node.MetadataJson), node.OtherJson));
        }

        if (occurrences.CameAgain)
        {
            reading.Flag("repeated-ids");
        }

        return ids;
    }
}
