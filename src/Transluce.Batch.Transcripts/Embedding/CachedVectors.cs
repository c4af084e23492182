using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>Vectors by text: from the cache, else from the provider and into the cache.</summary>
internal sealed class CachedVectors(EmbeddingProvider provider, ShardContext shard)
{
    /// <summary>Hash of the text → vector, empty where there is none.</summary>
    public IReadOnlyDictionary<string, float[]> Of(IReadOnlyList<ChunkRow> chunks, CancellationToken cancellationToken)
    {
        var vectors = new Dictionary<string, float[]>();
        var missing = new List<ChunkRow>();
        foreach (var chunk in chunks)
        {
            if (vectors.ContainsKey(chunk.TextSha256))
            {
                continue;
            }

            var vector = string.IsNullOrWhiteSpace(chunk.Text) ? [] : Cached(chunk.TextSha256);
            vectors[chunk.TextSha256] = vector ?? [];
            if (vector is null)
            {
                missing.Add(chunk);
            }
            else
            {
                shard.Measure("fromCache", vector.Length > 0 ? 1 : 0);
            }
        }

        foreach (var batch in missing.Chunk(provider.TextsAtOnce))
        {
            // Crash or failure here: what earlier batches made is in the cache, the next run goes on from there.
            var made = provider.Embed([.. batch.Select(c => c.Text)], cancellationToken);
            foreach (var (chunk, vector) in batch.Zip(made))
            {
                vectors[chunk.TextSha256] = Keep(chunk.TextSha256, vector);
            }
        }

        // How many texts were new depends on what ran before, so it is no count of the artifact's.
        shard.Measure("embedded", missing.Count);
        return vectors;
    }

    private float[]? Cached(string textSha256)
        => provider.WorthCaching && shard.Cache.Get(provider.Fingerprint, textSha256) is { Length: > 0 } bytes && bytes.Length % sizeof(float) == 0
            ? UnitVector.FromBytes(bytes)
            : null;

    /// <summary>A text without a vector is not kept: whatever needs it anew asks again. Of two vectors of a service that answers differently each time, the first counts.</summary>
    private float[] Keep(string textSha256, float[] vector)
        => provider.WorthCaching && vector.Length > 0
            ? UnitVector.FromBytes(shard.Cache.Keep(provider.Fingerprint, textSha256, UnitVector.ToBytes(vector)))
            : vector;
}
