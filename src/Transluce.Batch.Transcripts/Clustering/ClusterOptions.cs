using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Transluce.Batch.Transcripts.Clustering;

public enum ClusterUnit
{
    Chunk,
    Run,
}

public enum ClusterAlgorithm
{
    [JsonStringEnumMemberName("kmeans")]
    KMeans,

    [JsonStringEnumMemberName("mlnet-kmeans")]
    MicrosoftKMeans,

    Density,
}

/// <summary>What is clustered and how. Where no number of clusters is given, it is chosen by stability.</summary>
public sealed record ClusterOptions : IValidatableObject
{
    [Description("'chunk' clusters the agents' turns, 'run' whole runs, each the normalised mean of its turns.")]
    public ClusterUnit Unit { get; init; } = ClusterUnit.Chunk;

    [Description("'kmeans', 'mlnet-kmeans' (Microsoft.ML's, for comparison) or 'density', which leaves outliers out.")]
    public ClusterAlgorithm Algorithm { get; init; } = ClusterAlgorithm.KMeans;

    [Description("Number of clusters; 0 chooses it by stability. Density finds its own.")]
    [Range(0, 2_000)]
    public int Clusters { get; init; }

    [Description("Smallest number tried where it is chosen: fewer groups say little to a reader. Few items allow for less.")]
    [Range(1, 2_000)]
    public int Least { get; init; } = 3;

    [Description("Largest number tried where it is chosen; the square root of the number of items is a limit, too.")]
    [Range(1, 2_000)]
    public int Most { get; init; } = 40;

    [Description("Pairs of subsamples, under different seeds, that each number is judged by; of more than a thousand items fewer, but ten at least.")]
    [Range(1, 100)]
    public int StabilityPairs { get; init; } = 40;

    [Description("What each doubling of the number must add, where the number is chosen, to the root of the stability times the share of pairs told apart. Left out: 0.06 for runs, 0.12 for chunks.")]
    [Range(0.0, 1.0)]
    public double? Penalty { get; init; }

    /// <summary>The penalty given, or what suits the unit: runs are few and mix what happened in them.</summary>
    internal double PenaltyOrDefault => Penalty ?? (Unit == ClusterUnit.Run ? 0.06 : 0.12);

    [Description("Independent starts of k-means; the best counts. 'mlnet-kmeans' makes one, whatever this says, once the number of clusters is known.")]
    [Range(1, 1_000)]
    public int Starts { get; init; } = 10;

    [Description("Most iterations of one start.")]
    [Range(1, 10_000)]
    public int Iterations { get; init; } = 100;

    [Description("Seed of every draw.")]
    public int Seed { get; init; } = 54;

    [Description("Members shown for a cluster, each of another run.")]
    [Range(1, 100)]
    public int Representatives { get; init; } = 5;

    [Description("Items outside kept of each cluster, the nearest to its centroid, to tell it apart from.")]
    [Range(0, 1_000)]
    public int Outside { get; init; } = 20;

    [Description("Density: fewer members are no cluster.")]
    [Range(2, 10_000)]
    public int LeastMembers { get; init; } = 8;

    [Description("Density: a place is as dense as the distance to this neighbour is short.")]
    [Range(1, 1_000)]
    public int Neighbours { get; init; } = 5;

    [Description("With a baseline: cluster anew even where it still fits; ids are carried over by shared members.")]
    public bool Refit { get; init; }

    [Description("With a baseline: cluster anew where more than this share of the new items lies further out than 99 percent of the old ones did.")]
    [Range(0.0, 1.0)]
    public double DriftLimit { get; init; } = 0.2;

    [Description("Bootstrap draws behind the interval of a lift.")]
    [Range(10, 100_000)]
    public int Resamples { get; init; } = 1_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Least > Most)
        {
            yield return new($"the smallest number of clusters, {Least}, is above the largest, {Most}; expected least ≤ most", ["least"]);
        }
    }

    /// <summary>As it stands in keys: what the algorithm chosen reads, so that nothing else makes a clustering another one.</summary>
    internal JsonObject ToJson(bool withBaseline)
    {
        var slice = new JsonObject
        {
            ["unit"] = UnitName,
            ["algorithm"] = AlgorithmName,
            ["seed"] = Seed,
            ["representatives"] = Representatives,
            ["outside"] = Outside,
            ["resamples"] = Resamples,
        };
        if (Algorithm == ClusterAlgorithm.Density)
        {
            slice["leastMembers"] = LeastMembers;
            slice["neighbours"] = Neighbours;
        }
        else
        {
            slice["clusters"] = Clusters;
            slice["starts"] = Starts;
            slice["iterations"] = Iterations;
        }

        if (Algorithm != ClusterAlgorithm.Density && Clusters == 0)
        {
            slice["least"] = Least;
            slice["most"] = Most;
            slice["stabilityPairs"] = StabilityPairs;
            slice["penalty"] = PenaltyOrDefault;
        }

        if (withBaseline)
        {
            slice["refit"] = Refit;
            slice["driftLimit"] = DriftLimit;
        }

        return slice;
    }

    internal string UnitName => Unit == ClusterUnit.Chunk ? "chunk" : "run";

    internal string AlgorithmName => Algorithm switch
    {
        ClusterAlgorithm.KMeans => "kmeans",
        ClusterAlgorithm.MicrosoftKMeans => "mlnet-kmeans",
        _ => "density",
    };
}
