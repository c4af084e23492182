namespace Transluce.Batch.LanguageModels;

/// <summary>What a Llama is: the sizes and constants of its <c>config.json</c>.</summary>
public sealed record LlamaConfig
{
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>MLP neurons per layer.</summary>
    public required int IntermediateSize { get; init; }

    public required int AttentionHeads { get; init; }

    /// <summary>Divides <see cref="AttentionHeads"/>: grouped-query attention where it is smaller, multi-query where it is 1.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Even, because rotation pairs its halves.</summary>
    public required int HeadSize { get; init; }

    public required int VocabularySize { get; init; }

    public required float RmsNormEpsilon { get; init; }

    /// <summary>The output head is the embedding table.</summary>
    public required bool TiedEmbeddings { get; init; }

    public required int MaximumPositions { get; init; }

    public required RopeConfig Rope { get; init; }

    /// <summary>Reads <c>config.json</c> in its older and newer spelling and refuses, by name, whatever would silently compute something else.</summary>
    /// <exception cref="Artifacts.ArtifactException">Names the file, the key, its value and what was expected.</exception>
    public static LlamaConfig Load(string modelFolder) => new LlamaConfigReader(Path.Combine(modelFolder, "config.json")).Read();
}

/// <summary>Rotary embedding constants; <paramref name="Llama3"/> is null for the default type.</summary>
public sealed record RopeConfig(double Theta, Llama3Scaling? Llama3);

/// <summary>The <c>llama3</c> frequency scaling.</summary>
public sealed record Llama3Scaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalMaximumPositions);
