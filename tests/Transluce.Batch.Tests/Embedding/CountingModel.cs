using System.Text.Json.Nodes;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;

namespace Transluce.Batch.Tests.Embedding;

/// <summary>A model that remembers what it was asked; texts with "bad" in them have no vector.</summary>
internal sealed class CountingModel(string version = "one", int code = 1) : EmbeddingModel
{
    public List<string> Asked { get; } = [];

    public override string Name => "counting";

    public override int Version => code;

    public override JsonObject Options => new() { ["version"] = version };

    public override EmbeddingProvider Open(ShardContext shard) => new CountingProvider(Asked, Fingerprint());

    private sealed class CountingProvider(List<string> asked, string fingerprint) : EmbeddingProvider
    {
        public override string Fingerprint => fingerprint;

        public override int Dimensions => 2;

        public override string NoVectorReason => "it is bad";

        public override float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        {
            asked.AddRange(texts);
            return [.. texts.Select(t => t.Contains("bad", StringComparison.Ordinal) ? [] : new float[] { t.Length, 1 })];
        }

        public override float[][] EmbedQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => [.. Embed(queries, cancellationToken).Select(v => v.Length == 0 ? v : [v[0], 2])];
    }
}
