namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The order of a run's agents.</summary>
internal static class AgentTree
{
    /// <summary>Each node before its children, siblings in the order they began. Without recursion: a hostile log can nest thousands of spans.</summary>
    public static IEnumerable<AgentNode> DepthFirst(IReadOnlyList<AgentNode> nodes)
    {
        var children = nodes.Where(node => node.Parent is not null).ToLookup(node => node.Parent!);
        var stack = new Stack<AgentNode>(nodes.Where(node => node.Parent is null).Reverse());
        while (stack.TryPop(out var node))
        {
            yield return node;
            foreach (var child in children[node].Reverse())
            {
                stack.Push(child);
            }
        }
    }

    /// <summary>The nearest span above that is among <paramref name="kept"/>.</summary>
    public static AgentNode? NearestAbove(AgentNode node, IReadOnlySet<AgentNode> kept)
    {
        var above = node.Parent;
        while (above is not null && !kept.Contains(above))
        {
            above = above.Parent;
        }

        return above;
    }
}
