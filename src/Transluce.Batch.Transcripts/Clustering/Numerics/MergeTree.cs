namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Items joined two at a time, nearest first; nodes are numbered on from the items.</summary>
internal sealed class MergeTree
{
    private readonly int items;
    private readonly List<(int Left, int Right, float Distance, int Size)> nodes = [];

    private MergeTree(int items) => this.items = items;

    public int Root => items + nodes.Count - 1;

    public (int Left, int Right, float Distance) this[int node] => (nodes[node - items].Left, nodes[node - items].Right, nodes[node - items].Distance);

    /// <summary>Of a spanning tree's edges, by distance, of equal ones by their items.</summary>
    public static MergeTree Of(int items, IEnumerable<DensityEdge> edges)
    {
        var tree = new MergeTree(items);
        int[] parent = [.. Enumerable.Range(0, (2 * items) - 1)];
        foreach (var edge in edges.OrderBy(e => e.Distance).ThenBy(e => e.Left).ThenBy(e => e.Right))
        {
            var (left, right) = (Find(parent, edge.Left), Find(parent, edge.Right));
            parent[left] = parent[right] = items + tree.nodes.Count;
            tree.nodes.Add((left, right, edge.Distance, tree.Size(left) + tree.Size(right)));
        }

        return tree;
    }

    public int Size(int node) => node < items ? 1 : nodes[node - items].Size;

    public void ForEachItem(int node, Action<int> action)
    {
        var open = new Stack<int>([node]);
        while (open.TryPop(out var current))
        {
            if (current < items)
            {
                action(current);
                continue;
            }

            open.Push(nodes[current - items].Right);
            open.Push(nodes[current - items].Left);
        }
    }

    private static int Find(int[] parent, int node)
    {
        while (parent[node] != node)
        {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }

        return node;
    }
}
