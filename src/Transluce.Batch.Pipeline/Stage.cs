using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// A step of a job: reads the tables of its inputs, writes tables of its own, cut into shards that know nothing of each other.
/// A stage does not know where its shards run, and calls no other stage.
/// </summary>
public abstract class Stage
{
    /// <summary>What it does, for example <c>collect-exemplars</c>: the folder of its artifacts.</summary>
    public abstract string Name { get; }

    /// <summary>Where inputs arrive one by one: SHA-256 of the one file this stage takes. Stages that each take one share name, version and tables; each makes an artifact of its own.</summary>
    public virtual string? Partition => null;

    /// <summary>What it is called within a run: the name, and the partition where there is one.</summary>
    public string Id => StageId.Of(Name, Partition);

    /// <summary>Raised whenever the same inputs and options would give other rows.</summary>
    public abstract int Version { get; }

    /// <summary>Row types it writes, each with <see cref="TableAttribute"/>.</summary>
    public abstract IReadOnlyList<Type> Tables { get; }

    /// <summary>What it reads. Asked for many times: a stage that reads every file of a suite lists them once.</summary>
    public virtual IReadOnlyList<StageInput> Inputs => [];

    /// <summary>The slice of the configuration this stage reads: all of it, and nothing else, enters its key.</summary>
    public abstract JsonObject Options { get; }

    /// <summary>Name → SHA-256 of every external file it reads (weights, tokenizer, corpus files).</summary>
    public virtual IReadOnlyDictionary<string, string> Fingerprints => new Dictionary<string, string>();

    /// <summary>Set where the rows depend on floating point: device kind, CPU capability, dtype, batch size, threads, libtorch version.</summary>
    public virtual JsonObject? Numerics => null;

    public abstract int ShardCount { get; }

    /// <summary>True where one shard keeps every core busy (tensor work), so that shards of it run one at a time in a process.</summary>
    public virtual bool UsesAllCores => false;

    /// <summary>What the whole stage will cost, for <c>plan</c>.</summary>
    public abstract StageEstimate Estimate();

    /// <summary>
    /// Does one shard, synchronously, on a thread of its own (tensor scopes are per thread). Deterministic: the bytes written depend on
    /// nothing but options, inputs, fingerprints and numerics.
    /// </summary>
    public abstract void RunShard(ShardContext shard, CancellationToken cancellationToken);
}

/// <summary>An input of a stage. A stage that merges shards exactly sets <paramref name="IgnoresSharding"/>: resharding the input then changes no key downstream.</summary>
public sealed record StageInput(Stage Stage, bool IgnoresSharding = false);

/// <summary>Rough cost of a stage; zero means "next to nothing".</summary>
/// <param name="ForwardTokens">Tokens through the whole model (fractions of it counted in proportion).</param>
/// <param name="Bytes">Bytes the artifact will take.</param>
/// <param name="Seconds">Time apart from forward passes.</param>
public sealed record StageEstimate(long ForwardTokens, long Bytes, double Seconds);
