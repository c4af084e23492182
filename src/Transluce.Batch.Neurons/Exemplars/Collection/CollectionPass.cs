using System.Diagnostics;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>The one forward pass per token: feeds a collector with the activations of every layer, block by block.</summary>
internal sealed class CollectionPass(SubjectModel model, RankingRules rules, ExemplarCollector collector) : IDisposable
{
    // Corpora have a handful of constant prefixes; more are computed again when they come back.
    private const int KeptPrefixes = 8;

    private readonly Llama llama = model.Load();
    private readonly List<(int[] Ids, PrefixCache Cache)> prefixes = [];
    private readonly Stopwatch inKernel = new();

    /// <summary>Time the collector took within <see cref="RunBatch"/>.</summary>
    public TimeSpan KernelTime => inKernel.Elapsed;

    /// <param name="windows">The shard's windows, in order.</param>
    /// <param name="grid">The split's grid.</param>
    /// <param name="firstBlock">First block of the shard.</param>
    /// <param name="endBlock">The block after its last.</param>
    /// <param name="shard">Told about progress.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    public void Run(IEnumerable<SequenceRow> windows, BlockGrid grid, int firstBlock, int endBlock, ShardContext shard, CancellationToken cancellationToken)
    {
        var all = Stopwatch.StartNew();
        var (tokens, ranked, total) = (0L, 0L, (long)(grid.BatchesOf(endBlock - 1).End - grid.BatchesOf(firstBlock).First));
        using var batches = windows.Chunk(grid.BatchSize).GetEnumerator();
        for (var block = firstBlock; block < endBlock; block++)
        {
            var (first, end) = grid.BatchesOf(block);
            for (var number = first; number < end; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!batches.MoveNext())
                {
                    throw new ArtifactException($"The sequences table ended at batch {number} of block {block}; rebuild the sequences artifact.");
                }

                foreach (var batch in SequenceBatch.Partition(batches.Current, rules))
                {
                    RunBatch(batch);
                    tokens += batch.Tokens;
                    ranked += batch.Eligible.Length;
                }

                var done = number + 1 - grid.BatchesOf(firstBlock).First;
                shard.Progress(tokens, tokens * total / done, "tokens");
            }

            collector.EndBlock(block);
        }

        shard.Count("tokens", tokens);
        shard.Count("eligibleTokens", ranked);
        shard.Measure("kernelSeconds", inKernel.Elapsed.TotalSeconds);
        shard.Measure("forwardSeconds", (all.Elapsed - inKernel.Elapsed).TotalSeconds);
        shard.Measure("tokensPerSecond", tokens / all.Elapsed.TotalSeconds);
    }

    /// <summary>One forward pass.</summary>
    public void RunBatch(SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(batch.PaddedIds(), [batch.Sequences.Count, batch.Length], ScalarType.Int64, llama.Device);
        llama.RunLayers(llama.Embed(ids), 0, llama.Config.Layers, PrefixFor(batch.Prefix), (layer, activations) =>
        {
            inKernel.Start();
            Collect(layer, activations, batch);
            inKernel.Stop();
        });
        collector.EndBatch(batch);
    }

    public void Dispose()
    {
        foreach (var (_, cache) in prefixes)
        {
            cache.Dispose();
        }

        llama.Dispose();
    }

    private unsafe void Collect(int layer, Tensor activations, SequenceBatch batch)
    {
        var host = TensorMemory.ToHost(activations);
        if (host.dtype == ScalarType.Float32)
        {
            collector.Add(layer, TensorMemory.Float32(host), batch);
        }
        else
        {
            collector.Add(layer, TensorMemory.BFloat16(host), batch);
        }
    }

    private PrefixCache? PrefixFor(int[] ids)
    {
        if (ids.Length == 0)
        {
            return null;
        }

        var found = prefixes.FindIndex(prefix => prefix.Ids.AsSpan().SequenceEqual(ids));
        if (found >= 0)
        {
            return prefixes[found].Cache;
        }

        if (prefixes.Count == KeptPrefixes)
        {
            prefixes[0].Cache.Dispose();
            prefixes.RemoveAt(0);
        }

        prefixes.Add((ids, llama.ComputePrefix(ids)));
        return prefixes[^1].Cache;
    }
}
