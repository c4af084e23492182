using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>
/// What to embed with, as a plan knows it: enough for keys, without loading anything large. A stage that embeds adds these options,
/// fingerprints, numerics and inputs to its own and opens the provider in its shard.
/// </summary>
public abstract class EmbeddingModel
{
    /// <summary><c>lsa</c>, <c>onnx</c> or <c>openai</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Raised when our code gives other vectors for the same texts: part of keys and of the cache's fingerprint.</summary>
    public virtual int Version => 1;

    /// <summary>All that decides vectors and is no file.</summary>
    public abstract JsonObject Options { get; }

    /// <summary>Name → SHA-256 of the files it reads.</summary>
    public virtual IReadOnlyDictionary<string, string> Fingerprints => new Dictionary<string, string>();

    public virtual JsonObject? Numerics => null;

    /// <summary>Stages whose artifacts hold the model.</summary>
    public virtual IReadOnlyList<StageInput> Inputs => [];

    /// <summary>Whether embedding keeps every core busy by itself.</summary>
    public virtual bool UsesAllCores => false;

    /// <summary>Roughly how fast it is, for <c>plan</c>.</summary>
    public virtual double ChunksPerSecond => 1_000;

    /// <summary>Roughly what a vector takes in a table, for <c>plan</c>.</summary>
    public virtual double BytesPerChunk => 1_600;

    /// <summary>The provider. Cheap to call again: what is large is loaded once.</summary>
    /// <param name="shard">Of a stage that has <see cref="Inputs"/> among its own.</param>
    public abstract EmbeddingProvider Open(ShardContext shard);

    /// <summary>As it stands in the options of stages that embed.</summary>
    internal JsonObject ToJson() => new() { ["provider"] = Name, ["version"] = Version, ["settings"] = Options.DeepClone() };

    /// <summary>SHA-256 of what is known here; stands for everything where <see cref="Inputs"/> is empty.</summary>
    protected string Fingerprint() => CanonicalJson.Hash(new JsonObject
    {
        ["model"] = ToJson(),
        ["files"] = new JsonObject(Fingerprints.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value))),
        ["numerics"] = Numerics?.DeepClone(),
    });
}
