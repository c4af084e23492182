using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// Hierarchical clustering by density (HDBSCAN: Campello, Moulavi and Sander 2013) by 1 - cosine: no number of clusters is given, and items
/// in sparse places belong to none. Time grows with the square of the items, memory does not.
/// </summary>
internal static class DensityClusters
{
    /// <summary>Beyond this many items a run would take hours.</summary>
    public const int MostItems = 20_000;

    /// <param name="vectors">Items, of length one.</param>
    /// <param name="leastMembers">Fewer items are no cluster.</param>
    /// <param name="neighbours">A place is as dense as the distance to this neighbour is short.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancellationToken">Stops between items.</param>
    /// <returns>Cluster of each item, numbered by first item; -1 for an outlier.</returns>
    public static int[] Fit(VectorTable vectors, int leastMembers, int neighbours, int threads, CancellationToken cancellationToken)
    {
        if (vectors.Rows > MostItems)
        {
            throw new ArtifactException($"{vectors.Rows} items are too many for clustering by density; expected at most {MostItems}: choose algorithm kmeans, or cluster runs instead of chunks.");
        }

        if (vectors.Rows < 2)
        {
            return [.. Enumerable.Repeat(-1, vectors.Rows)];
        }

        var cores = CoreDistances(vectors, Math.Min(neighbours, vectors.Rows - 1), threads);
        var edges = SpanningTree(vectors, cores, threads, cancellationToken);
        return CondensedTree.Labels(vectors.Rows, edges, leastMembers);
    }

    private static float[] CoreDistances(VectorTable vectors, int neighbours, int threads)
    {
        var cores = new float[vectors.Rows];
        FixedBlocks.Run(vectors.Rows, threads, row =>
        {
            // The largest of the nearest so far is on top.
            var nearest = new PriorityQueue<float, float>(neighbours + 1);
            for (var other = 0; other < vectors.Rows; other++)
            {
                if (other != row)
                {
                    var distance = Distance(vectors, row, other);
                    if (nearest.Count < neighbours)
                    {
                        nearest.Enqueue(distance, -distance);
                    }
                    else if (distance < nearest.Peek())
                    {
                        nearest.EnqueueDequeue(distance, -distance);
                    }
                }
            }

            cores[row] = nearest.Peek();
        });
        return cores;
    }

    /// <summary>Prim's algorithm over mutual reachability, the largest of both core distances and the distance; of equal edges the one to the lowest item.</summary>
    private static List<DensityEdge> SpanningTree(VectorTable vectors, float[] cores, int threads, CancellationToken cancellationToken)
    {
        var reach = new float[vectors.Rows];
        reach.AsSpan().Fill(float.PositiveInfinity);
        var from = new int[vectors.Rows];
        var done = new bool[vectors.Rows];
        var edges = new List<DensityEdge>(vectors.Rows - 1);
        var nearest = new int[FixedBlocks.Count(vectors.Rows)];
        var current = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            done[current] = true;
            if (edges.Count == vectors.Rows - 1)
            {
                return edges;
            }

            FixedBlocks.Run(nearest.Length, threads, block =>
            {
                nearest[block] = -1;
                for (var row = block * FixedBlocks.Rows; row < Math.Min(vectors.Rows, (block + 1) * FixedBlocks.Rows); row++)
                {
                    if (!done[row])
                    {
                        var distance = Math.Max(Math.Max(cores[current], cores[row]), Distance(vectors, current, row));
                        (reach[row], from[row]) = distance < reach[row] ? (distance, current) : (reach[row], from[row]);
                        nearest[block] = nearest[block] < 0 || reach[row] < reach[nearest[block]] ? row : nearest[block];
                    }
                }
            });
            var next = nearest.Where(row => row >= 0).Aggregate((best, row) => reach[row] < reach[best] ? row : best);
            edges.Add(new DensityEdge(from[next], next, reach[next]));
            current = next;
        }
    }

    private static float Distance(VectorTable vectors, int left, int right) => MathF.Max(0, 1 - FixedDot.Single(vectors[left], vectors[right]));
}

/// <summary>Two items joined at a distance.</summary>
internal readonly record struct DensityEdge(int Left, int Right, float Distance);
