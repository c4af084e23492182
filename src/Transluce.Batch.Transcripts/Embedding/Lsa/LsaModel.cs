using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>The model a <see cref="LsaFitStage"/> wrote.</summary>
/// <param name="fit">The stage.</param>
public sealed class LsaModel(LsaFitStage fit) : EmbeddingModel
{
    /// <summary>Occurrences of words.</summary>
    public const string WordCount = "words";

    /// <summary>Those of words the model does not know. Their share, less that of the fit itself, says when a refit is due.</summary>
    public const string UnseenCount = "unseenWords";

    private readonly Lock gate = new();
    private LsaComponents? loaded;

    public override string Name => "lsa";

    public override JsonObject Options => [];

    public override double ChunksPerSecond => 4_000;

    public override double BytesPerChunk => 220;

    public override IReadOnlyList<StageInput> Inputs => [new(fit)];

    /// <summary>A provider of its own for every shard: it counts what the model does not know.</summary>
    public override EmbeddingProvider Open(ShardContext shard)
    {
        var artifact = shard.Input(fit);
        lock (gate)
        {
            if (loaded?.Key != artifact.Key)
            {
                loaded = new LsaComponents(artifact.Key, artifact.Read<LsaFeatureRow>());
            }

            return new LsaProvider(loaded);
        }
    }
}
