using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>Embeds the chunks of one log. Texts that any earlier run embedded with the same provider come from the cache.</summary>
/// <param name="chunk">The log's chunks.</param>
/// <param name="model">What to embed with.</param>
public sealed class EmbedStage(Stage chunk, EmbeddingModel model) : Stage
{
    private const int BatchRows = 256;

    public override string Name => "embed";

    public override string? Partition => chunk.Partition;

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(EmbeddingModelRow), typeof(EmbeddingRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(chunk), .. model.Inputs];

    public override JsonObject Options => model.ToJson();

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => model.Numerics;

    /// <summary>One: a log is the unit that comes and goes.</summary>
    public override int ShardCount => 1;

    public override bool UsesAllCores => model.UsesAllCores;

    public override StageEstimate Estimate() => SuiteEstimate.Of([chunk], model.BytesPerChunk, model.ChunksPerSecond);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var provider = model.Open(shard);
        var vectors = new CachedVectors(provider, shard);
        var dimensions = 0;
        var total = shard.Input(chunk).Manifest.Tables.Where(t => t.Name == "chunks").Sum(t => t.Rows);
        foreach (var batch in shard.Input(chunk).Read<ChunkRow>().Chunk(BatchRows))
        {
            var found = vectors.Of([.. batch.Select(row => (row.TextSha256, row.Text))], cancellationToken);
            foreach (var row in batch)
            {
                var vector = found[row.TextSha256];
                dimensions = Math.Max(dimensions, vector.Length);
                var reason = vector.Length > 0 ? null : string.IsNullOrWhiteSpace(row.Text) ? "the chunk has no text" : provider.NoVectorReason;
                shard.Table<EmbeddingRow>().Write(new EmbeddingRow(row.RunOrdinal, row.TranscriptOrdinal, row.ChunkIndex, row.ChunkId, row.TextSha256, vector, reason));
                shard.Count("chunks", 1);
                shard.Count("withoutVector", reason is null ? 0 : 1);
            }

            shard.Progress(shard.Table<EmbeddingRow>().RowCount, total, "chunks");
        }

        // As the vectors have them: a provider that found all in the cache may not know.
        shard.Table<EmbeddingModelRow>().Write(new EmbeddingModelRow(
            model.Name, provider.Model, provider.Fingerprint, dimensions, provider.Pooling, Normalised: true, provider.PassagePrompt, provider.QueryPrompt));
        foreach (var (name, amount) in provider.Counts)
        {
            shard.Count(name, amount);
        }
    }
}
