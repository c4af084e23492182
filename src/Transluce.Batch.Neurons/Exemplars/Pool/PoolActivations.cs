using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// The activations of a split's control pool, layer after layer of one layer group. Loads only the group's layers, starts from the stored
/// residual stream (group 0: from the token ids), and holds one layer's activations and the residual stream in memory:
/// rows × (neurons × 4 bytes + hidden size × bytes of the dtype). Synchronous; use it from one thread.
/// </summary>
public sealed class PoolActivations : IDisposable
{
    private readonly LayerGroup group;
    private readonly Llama llama;
    private readonly List<PoolBatch> batches = [];
    private readonly List<PrefixCache> prefixes = [];
    private readonly ActivationBuffer? activations;
    private readonly List<PoolWindow> windows = [];

    private PoolActivations(SubjectModel model, LayerGroup group, PoolLayout layout, IEnumerable<ResidualRow> residuals, RankingRules rules, int batchSize)
    {
        this.group = group;
        Layer = group.FirstLayer - 1;
        llama = model.Load(group.FirstLayer, group.LayerCount);
        try
        {
            Start(new PoolStart(model, llama, group, residuals), layout, rules, batchSize);
            activations = new ActivationBuffer(Rows, llama.Config.IntermediateSize, model.Threads);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Windows that have rows, by control rank.</summary>
    public IReadOnlyList<PoolWindow> Windows => windows;

    /// <summary>Tokens of all windows, constant prefixes left out.</summary>
    public int Rows { get; private set; }

    /// <summary>Neurons of a layer.</summary>
    public int Neurons => llama.Config.IntermediateSize;

    /// <summary>The layer whose activations are in memory; before the first <see cref="NextLayer"/>, one below the group.</summary>
    public int Layer { get; private set; }

    /// <summary>Opens the pool of one split for one layer group.</summary>
    /// <param name="model">The model.</param>
    /// <param name="group">The layers to run.</param>
    /// <param name="sequences">Rows of the sequences table; windows outside the pool and other splits are passed over.</param>
    /// <param name="residuals">Rows of the residuals table for the group's first layer and the split; others are passed over. Not read for group 0.</param>
    /// <param name="split">The split.</param>
    /// <param name="rules">What belongs to a prefix and which positions count.</param>
    /// <param name="batchSize">Windows per forward pass.</param>
    /// <exception cref="ArtifactException">A residual is missing or misshapen.</exception>
    public static PoolActivations Open(
        SubjectModel model, LayerGroup group, IEnumerable<SequenceRow> sequences, IEnumerable<ResidualRow> residuals, Split split, RankingRules rules, int batchSize)
        => new(
            model, group, new PoolLayout(sequences, split, rules), residuals.Where(row => row.Layer == group.FirstLayer && row.Split == split), rules, batchSize);

    /// <summary>Computes the next layer of the group.</summary>
    /// <returns>False after the last one.</returns>
    public bool NextLayer(CancellationToken cancellationToken)
    {
        if (Layer + 1 >= group.FirstLayer + group.LayerCount)
        {
            return false;
        }

        Layer++;
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var next = llama.RunLayers(batch.Hidden, Layer, 1, batch.Prefix, (_, values) => Store(batch, values));
            batch.Hidden.Dispose();
            batch.Hidden = next.DetachFromDisposeScope();
        }

        return true;
    }

    /// <summary>All neurons of one row.</summary>
    public ReadOnlySpan<float> Row(int row) => activations!.Row(row);

    /// <summary>Copies neighbouring neurons into [count, rows], a neuron's rows contiguous; in parallel.</summary>
    /// <param name="firstNeuron">The first neuron.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">At least count × <see cref="Rows"/> values.</param>
    public void CopyNeurons(int firstNeuron, int count, Span<float> destination) => activations!.CopyColumns(firstNeuron, count, destination);

    public void Dispose()
    {
        foreach (var batch in batches)
        {
            batch.Hidden.Dispose();
        }

        foreach (var prefix in prefixes)
        {
            prefix.Dispose();
        }

        activations?.Dispose();
        llama.Dispose();
    }

    private void Start(PoolStart start, PoolLayout layout, RankingRules rules, int batchSize)
    {
        using var scope = NewDisposeScope();
        prefixes.AddRange(layout.Prefixes.Select((ids, kind) => start.Prefix(ids, kind)));
        foreach (var pass in layout.Batches(batchSize))
        {
            var kind = layout.KindOf(pass.Prefix);
            batches.Add(new PoolBatch(pass, kind < 0 ? null : prefixes[kind], Rows, start.Hidden(pass).DetachFromDisposeScope()));
            AddWindows(pass, rules);
        }

        windows.Sort((a, b) => a.ControlRank.CompareTo(b.ControlRank));
    }

    private void AddWindows(SequenceBatch pass, RankingRules rules)
    {
        foreach (var sequence in pass.Sequences)
        {
            var first = pass.Prefix.Length;
            windows.Add(new PoolWindow(
                sequence.ControlRank,
                sequence.SequenceId,
                sequence.TokenIds,
                first,
                Rows,
                sequence.TokenIds.Length - first,
                [.. sequence.TokenIds.Skip(first).Select(rules.IsEligible)]));
            Rows += sequence.TokenIds.Length - first;
        }
    }

    private unsafe void Store(PoolBatch batch, Tensor values)
    {
        var host = TensorMemory.ToHost(values);
        var row = batch.FirstRow;
        for (var i = 0; i < batch.Pass.Sequences.Count; i++)
        {
            var count = batch.Pass.Sequences[i].TokenIds.Length - batch.Pass.Prefix.Length;
            var offset = (nint)i * batch.Pass.Length * activations!.Columns;
            if (host.dtype == ScalarType.Float32)
            {
                activations.Store(row, TensorMemory.Float32(host) + offset, count);
            }
            else
            {
                activations.Store(row, TensorMemory.BFloat16(host) + offset, count);
            }

            row += count;
        }
    }

    private sealed class PoolBatch(SequenceBatch pass, PrefixCache? prefix, int firstRow, Tensor hidden)
    {
        public SequenceBatch Pass { get; } = pass;

        public PrefixCache? Prefix { get; } = prefix;

        public int FirstRow { get; } = firstRow;

        /// <summary>The residual stream before the next layer, [b, t, d].</summary>
        public Tensor Hidden { get; set; } = hidden;
    }
}
