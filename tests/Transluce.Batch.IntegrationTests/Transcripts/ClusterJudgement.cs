using Microsoft.ML.Trainers;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>Adjusted Rand indexes of clusterings against a truth: ours beside chance, Microsoft.ML's k-means, and the best that hindsight could choose.</summary>
internal sealed record ClusterJudgement(double Mean, double Spread, IReadOnlyList<int> Clusters, double Information, double Random, double Microsoft, double Best, int BestClusters)
{
    private const int Seeds = 10;

    public static ClusterJudgement Of(VectorTable vectors, int[] truth, ClusterOptions options)
    {
        var ours = Enumerable.Range(0, Seeds).Select(seed => LeafClusters.Fit(vectors, options with { Seed = seed }, threads: 2, CancellationToken.None)).ToArray();
        double[] indexes = [.. ours.Select(leaves => PartitionAgreement.AdjustedRand(truth, leaves.Assignment))];
        int[] clusters = [.. ours.Select(leaves => leaves.Centroids.Rows)];
        var mean = indexes.Average();
        var information = ours.Average(leaves => PartitionAgreement.NormalisedMutualInformation(truth, leaves.Assignment));
        var random = Enumerable.Range(0, Seeds).Average(seed => PartitionAgreement.AdjustedRand(truth, ByChance(truth.Length, clusters[seed], seed)));
        var microsoft = Enumerable.Range(0, Seeds).Average(seed => PartitionAgreement.AdjustedRand(truth, ByMicrosoft(vectors, clusters[seed], seed)));
        var hindsight = Enumerable.Range(2, 25)
            .Select(k => (k, Index: Enumerable.Range(0, 3).Average(seed => PartitionAgreement.AdjustedRand(truth, LeafClusters.Fit(vectors, options with { Clusters = k, Seed = seed }, 2, CancellationToken.None).Assignment))))
            .MaxBy(trial => trial.Index);
        return new(mean, Math.Sqrt(indexes.Average(index => (index - mean) * (index - mean))), clusters, information, random, microsoft, hindsight.Index, hindsight.k);
    }

    public override string ToString() => FormattableString.Invariant(
        $"adjusted Rand index {Mean:0.00} ± {Spread:0.00} (information {Information:0.00}) with {string.Join(' ', Clusters)} clusters; random {Random:0.00}, Microsoft.ML {Microsoft:0.00}, best over all numbers {Best:0.00} with {BestClusters}");

    private static int[] ByChance(int items, int clusters, int seed)
    {
        var draws = new SeededDraws(seed, "random clusters");
        var assignment = new int[items];
        for (var i = 0; i < items; i++)
        {
            assignment[i] = draws.NextBelow(clusters);
        }

        return assignment;
    }

    private static int[] ByMicrosoft(VectorTable vectors, int clusters, int seed)
        => MicrosoftKMeans.Fit(vectors, new KMeansSettings(clusters, 1, 100, seed, 1, Spherical: true), KMeansTrainer.InitializationAlgorithm.KMeansYinyang).Assignment;
}
