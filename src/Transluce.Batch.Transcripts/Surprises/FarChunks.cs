using System.Globalization;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>
/// How far a run's chunks lie from everything else: the mean distance of a chunk to its nearest chunks of other runs. The comparison is with a sample of
/// the suite's chunks (those with the lowest ids, which are hashes), so that its cost grows with the suite and not with its square.
/// </summary>
public sealed class FarChunks
{
    public const string Kind = "far";

    private const int ReferenceChunks = 4096;
    private const int Neighbours = 2;

    private readonly PriorityQueue<(string RunId, string ChunkId, float[] Vector), string> reference = new(Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
    private readonly List<double> farthestOfRuns = [];

    /// <summary>Offers a run's chunks for the sample.</summary>
    public void Add(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (var chunk in run.Chunks.Where(chunk => chunk.Vector.Length > 0))
        {
            reference.Enqueue((run.AgentRunId, chunk.ChunkId, chunk.Vector), chunk.ChunkId);
            if (reference.Count > ReferenceChunks)
            {
                reference.Dequeue();
            }
        }
    }

    /// <summary>Measures a run once the sample is complete; all runs are measured before the first is judged.</summary>
    public FarChunk? Measure(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        FarChunk? farthest = null;
        foreach (var chunk in run.Chunks.Where(chunk => chunk.Vector.Length > 0))
        {
            var distance = Distance(run.AgentRunId, chunk.Vector);
            farthest = distance is { } far && far > (farthest?.Distance ?? -1) ? new FarChunk(chunk, far) : farthest;
        }

        farthestOfRuns.Add(farthest?.Distance ?? 0);
        return farthest;
    }

    /// <summary>How unusual that distance is among the runs; only the upper half is.</summary>
    public SurpriseFinding? In(FarChunk? farthest)
    {
        if (farthest is null)
        {
            return null;
        }

        var share = farthestOfRuns.Count(d => d < farthest.Distance) / (double)Math.Max(1, farthestOfRuns.Count);
        var strength = 0.2 * Math.Pow(Math.Max(0, 2 * share - 1), 2);
        var chunk = farthest.Chunk;
        return strength == 0 ? null : new SurpriseFinding(Kind, strength, chunk.TranscriptOrdinal, chunk.BlockIndex, chunk.Start, chunk.Length, string.Create(CultureInfo.InvariantCulture,
            $"Nothing in other runs is like this passage (nearest ones at {farthest.Distance:F2}; only {1 - share:P0} of the runs hold one as far): {chunk.Head}"));
    }

    /// <summary>Mean distance to the nearest chunks of other runs; at most one chunk a run counts.</summary>
    private double? Distance(string runId, float[] vector)
    {
        var nearest = new Dictionary<string, double>();
        foreach (var ((otherRun, _, other), _) in reference.UnorderedItems)
        {
            if (otherRun != runId && other.Length == vector.Length)
            {
                var distance = 1 - FixedDot.Double(vector, other);
                nearest[otherRun] = Math.Min(distance, nearest.GetValueOrDefault(otherRun, double.MaxValue));
            }
        }

        return nearest.Count == 0 ? null : nearest.Values.Order().Take(Neighbours).Average();
    }
}

/// <summary>The chunk of a run that lies farthest from all other runs.</summary>
public sealed record FarChunk(SurpriseChunk Chunk, double Distance);
