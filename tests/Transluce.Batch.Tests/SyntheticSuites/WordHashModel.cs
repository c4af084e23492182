using System.Text.Json.Nodes;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Stands in for an embedding model: texts that share words have similar vectors. Knows no synonyms.</summary>
internal sealed class WordHashModel : EmbeddingModel
{
    public override string Name => "word-hash";

    public override JsonObject Options => [];

    public static float[] Vector(string text)
    {
        var vector = new float[256];
        foreach (var word in SearchWords.OfQuestion(text))
        {
            var hash = word.Aggregate(2166136261u, (h, letter) => (h ^ letter) * 16777619u);
            vector[hash % 256] += 1;
        }

        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        return norm == 0 ? [] : [.. vector.Select(x => x / norm)];
    }

    public override EmbeddingProvider Open(ShardContext shard) => new Provider();

    private sealed class Provider : EmbeddingProvider
    {
        public override string Fingerprint => new('0', 64);

        public override int Dimensions => 256;

        public override string NoVectorReason => "no words";

        public override float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => [.. texts.Select(Vector)];
    }
}
