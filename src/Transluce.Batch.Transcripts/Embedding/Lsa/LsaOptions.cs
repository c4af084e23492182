using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>Latent semantic analysis, fitted on the suite itself.</summary>
public sealed record LsaOptions
{
    [Description("Numbers in a vector; fewer where the suite has not as many independent features.")]
    [Range(2, 500)]
    public int Dimensions { get; init; } = 40;

    [Description("A word or pair of words counts if so many texts of the fit hold it.")]
    [Range(1, 1000)]
    public int MinTexts { get; init; } = 2;

    [Description("Most features; the most frequent are kept.")]
    [Range(100, 2_000_000)]
    public int MaxFeatures { get; init; } = 100_000;

    [Description("Most texts the model is fitted on; of more, a sample by hash.")]
    [Range(100, 10_000_000)]
    public int MaxTexts { get; init; } = 50_000;

    [Description("Seed of the randomised decomposition.")]
    public int Seed { get; init; } = 7;

    /// <summary>As it stands in keys.</summary>
    internal JsonObject ToJson() => new()
    {
        ["dimensions"] = Dimensions,
        ["minTexts"] = MinTexts,
        ["maxFeatures"] = MaxFeatures,
        ["maxTexts"] = MaxTexts,
        ["seed"] = Seed,
    };
}
