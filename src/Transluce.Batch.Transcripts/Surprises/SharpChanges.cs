using System.Globalization;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>A run that differs from at least three other runs at the same sample much more than these differ from each other.</summary>
public sealed class SharpChanges
{
    public const string Kind = "change";

    /// <summary>Fewer runs give no idea of how much runs at the sample differ anyway.</summary>
    public const int OthersNeeded = 3;

    private readonly Dictionary<string, List<(string RunId, float[] Mean)>> bySample = [];

    public void Add(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Mean(run) is { } mean)
        {
            if (!bySample.TryGetValue(run.SampleKey, out var runs))
            {
                bySample[run.SampleKey] = runs = [];
            }

            runs.Add((run.AgentRunId, mean));
        }
    }

    public SurpriseFinding? In(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var others = bySample.GetValueOrDefault(run.SampleKey, []).Where(other => other.RunId != run.AgentRunId).Select(other => other.Mean).ToArray();
        if (others.Length < OthersNeeded || Mean(run) is not { } mean)
        {
            return null;
        }

        var own = Median([.. others.Select(other => Distance(mean, other))]);
        var among = Median([.. others.SelectMany((a, i) => others.Skip(i + 1).Select(b => Distance(a, b)))]);
        var ratio = own / Math.Max(among, 0.02);
        var strength = 0.8 * Saturation.Of(ratio, from: 1.3, scale: 0.7);
        if (strength == 0)
        {
            return null;
        }

        var chunk = run.Chunks.Where(c => c.Vector.Length > 0).OrderByDescending(c => others.Min(other => Distance(c.Vector, other))).First();
        return new SurpriseFinding(Kind, strength, chunk.TranscriptOrdinal, chunk.BlockIndex, chunk.Start, chunk.Length, string.Create(CultureInfo.InvariantCulture,
            $"Lies {ratio:F1} times as far from the {others.Length} other runs at this sample as they lie from each other; most at: {chunk.Head}"));
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

    private static double Distance(float[] a, float[] b) => a.Length == b.Length ? 1 - FixedDot.Double(a, b) : 1;

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }
}
