using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>Vectors by text: from the cache, else from the provider and into the cache.</summary>
internal sealed class CachedVectors(EmbeddingProvider provider, ShardContext shard)
{
    // Cached vectors are in the folder of what makes them, and a question may be given another prompt than a passage.
    private readonly Lazy<string> queryMaker = new(() => Hash("query\n" + provider.Fingerprint));

    // Of a service that has not yet answered: the first vector found tells.
    private int dimensions = provider.Dimensions;

    /// <summary>Hash of the text → vector, empty where there is none.</summary>
    public IReadOnlyDictionary<string, float[]> Of(IReadOnlyList<(string Sha256, string Text)> passages, CancellationToken cancellationToken)
        => Of(provider.Fingerprint, passages, texts => provider.Embed(texts, cancellationToken));

    /// <summary>Vectors of passages, in order.</summary>
    public float[][] OfPassages(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        => InOrder(texts, passages => Of(passages, cancellationToken));

    /// <summary>Vectors of questions, in order.</summary>
    public float[][] OfQueries(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        => InOrder(texts, queries => Of(queryMaker.Value, queries, asked => provider.EmbedQueries(asked, cancellationToken)));

    private static float[][] InOrder(IReadOnlyList<string> texts, Func<(string Sha256, string Text)[], IReadOnlyDictionary<string, float[]>> vectors)
    {
        (string Sha256, string Text)[] hashed = [.. texts.Select(text => (Hash(text), text))];
        var found = vectors(hashed);
        return [.. hashed.Select(text => found[text.Sha256])];
    }

    private Dictionary<string, float[]> Of(string maker, IReadOnlyList<(string Sha256, string Text)> texts, Func<IReadOnlyList<string>, float[][]> embed)
    {
        var vectors = new Dictionary<string, float[]>();
        var missing = new List<(string Sha256, string Text)>();
        foreach (var text in texts)
        {
            if (vectors.ContainsKey(text.Sha256))
            {
                continue;
            }

            var vector = string.IsNullOrWhiteSpace(text.Text) ? [] : Cached(maker, text.Sha256);
            vectors[text.Sha256] = vector ?? [];
            if (vector is null)
            {
                missing.Add(text);
            }
            else
            {
                shard.Measure("fromCache", vector.Length > 0 ? 1 : 0);
            }
        }

        foreach (var batch in missing.Chunk(provider.TextsAtOnce))
        {
            // Crash or failure here: what earlier batches made is in the cache, the next run goes on from there.
            var made = embed([.. batch.Select(text => text.Text)]);
            foreach (var (text, vector) in batch.Zip(made))
            {
                vectors[text.Sha256] = Keep(maker, text.Sha256, vector);
            }
        }

        // How many texts were new depends on what ran before, so it is no count of the artifact's.
        shard.Measure("embedded", missing.Count);
        return vectors;
    }

    private float[]? Cached(string maker, string textSha256)
        => provider.WorthCaching && shard.Cache.Get(maker, textSha256) is { } bytes ? Read(bytes) : null;

    /// <summary>A vector of another length is none of this model's, whatever put it there: it is made anew.</summary>
    private float[]? Read(byte[] bytes)
    {
        if (bytes.Length == 0 || bytes.Length % sizeof(float) != 0 || (dimensions > 0 && bytes.Length != dimensions * sizeof(float)))
        {
            return null;
        }

        dimensions = bytes.Length / sizeof(float);
        return UnitVector.FromBytes(bytes);
    }

    /// <summary>A text without a vector is not kept: whatever needs it anew asks again. Of two vectors of a service that answers differently each time, the first counts.</summary>
    private float[] Keep(string maker, string textSha256, float[] vector)
        => provider.WorthCaching && vector.Length > 0
            ? Read(shard.Cache.Keep(maker, textSha256, UnitVector.ToBytes(vector))) ?? vector
            : vector;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
