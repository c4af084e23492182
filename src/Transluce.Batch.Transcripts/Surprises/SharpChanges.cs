using System.Globalization;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>A run that differs from at least three other runs at the same sample much more than these differ from each other.</summary>
public sealed class SharpChanges
{
    public const string Kind = "change";

    /// <summary>Fewer runs give no idea of how much runs at the sample differ anyway.</summary>
    public const int OthersNeeded = 3;

    private readonly Dictionary<string, SampleMeans> bySample = [];

    public void Add(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Mean(run) is { } mean)
        {
            if (!bySample.TryGetValue(run.SampleKey, out var runs))
            {
                bySample[run.SampleKey] = runs = new SampleMeans();
            }

            runs.Add(run.AgentRunId, mean);
        }
    }

    public SurpriseFinding? In(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (bySample.GetValueOrDefault(run.SampleKey) is not { } sample || Mean(run) is not { } mean)
        {
            return null;
        }

        var others = sample.Others(run.AgentRunId);
        if (others.Length < OthersNeeded)
        {
            return null;
        }

        var own = SampleMeans.Median([.. others.Select(other => SampleMeans.Distance(mean, other))]);
        var among = sample.AmongOthers(run.AgentRunId);
        var ratio = own / Math.Max(among, 0.02);
        var strength = 0.8 * Saturation.Of(ratio, from: 1.3, scale: 0.7);
        if (strength == 0)
        {
            return null;
        }

        var chunk = run.Chunks.Where(c => c.Vector.Length > 0).OrderByDescending(c => others.Min(other => SampleMeans.Distance(c.Vector, other))).First();
        return new SurpriseFinding(Kind, strength, chunk.TranscriptOrdinal, chunk.BlockIndex, chunk.Start, chunk.Length, string.Create(CultureInfo.InvariantCulture,
            $"Lies {ratio:F1} times as far from {(sample.Runs > others.Length + 1 ? $"{others.Length} of the {sample.Runs - 1}" : $"the {others.Length}")} other runs at this sample as they lie from each other; most at: {chunk.Head}"));
    }

    private static float[]? Mean(SurpriseRun run)
    {
        var vectors = run.Chunks.Select(chunk => chunk.Vector).Where(vector => vector.Length > 0).ToArray();
        if (vectors.Length == 0)
        {
            return null;
        }

        var mean = new float[vectors[0].Length];
        foreach (var vector in vectors.Where(v => v.Length == mean.Length))
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += vector[i];
            }
        }

        // Vectors that cancel leave no direction to compare.
        return VectorTable.Normalise(mean) ? mean : null;
    }
}
