using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Transluce.Batch.Pipeline;

/// <summary>Where and how shards run; in no key.</summary>
public sealed record ExecutionOptions
{
    [Description("Shards at a time where a shard does not keep every core busy; 0 takes the number of cores.")]
    [Range(0, 1024)]
    public int Parallelism { get; init; }
}
