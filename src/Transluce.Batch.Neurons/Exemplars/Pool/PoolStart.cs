using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>The residual stream where a layer group begins: the embeddings for the first group, what was stored for the others.</summary>
internal sealed class PoolStart
{
    private readonly SubjectModel model;
    private readonly Llama llama;
    private readonly LayerGroup group;
    private readonly Dictionary<int, ResidualRow> residuals;

    public PoolStart(SubjectModel model, Llama llama, LayerGroup group, IEnumerable<ResidualRow> residuals)
    {
        (this.model, this.llama, this.group) = (model, llama, group);
        this.residuals = group.FirstLayer == 0 ? [] : residuals.ToDictionary(row => row.ControlRank);
    }

    /// <summary>Keys and values of a prefix for the group's layers.</summary>
    public PrefixCache Prefix(int[] ids, int kind)
    {
        using var scope = NewDisposeScope();
        return llama.ComputePrefix(ids, group.FirstLayer == 0 ? null : Stored(PoolLayout.RankOfPrefix(kind), ids.Length).unsqueeze(0));
    }

    /// <summary>[b, t, d] of one forward pass, padded with zeros where rows are stored and with token 0 where they are embedded.</summary>
    public Tensor Hidden(SequenceBatch pass)
    {
        using var scope = NewDisposeScope();
        if (group.FirstLayer == 0)
        {
            var ids = tensor(pass.PaddedIds(), [pass.Sequences.Count, pass.Length], ScalarType.Int64, llama.Device);
            return llama.Embed(ids).MoveToOuterDisposeScope();
        }

        var hidden = zeros([pass.Sequences.Count, pass.Length, llama.Config.HiddenSize], llama.Dtype); // [b, t, d]
        for (var row = 0; row < pass.Sequences.Count; row++)
        {
            var count = pass.Sequences[row].TokenIds.Length - pass.Prefix.Length;
            using var place = hidden[row].narrow(0, 0, count);
            using var stored = Stored(pass.Sequences[row].ControlRank, count);
            place.copy_(stored);

            // Each window's bytes are needed once.
            residuals.Remove(pass.Sequences[row].ControlRank);
        }

        return hidden.to(llama.Device).MoveToOuterDisposeScope();
    }

    private Tensor Stored(int rank, int tokens)
    {
        if (!residuals.TryGetValue(rank, out var row))
        {
            throw new ArtifactException($"The residuals table has no row for layer {group.FirstLayer}, control rank {rank}; it belongs to another pool or to other layer groups. Run pool-residuals again.");
        }

        var expected = (long)tokens * llama.Config.HiddenSize * model.ValueBytes;
        if (row.Tokens != tokens || row.Values.LongLength != expected)
        {
            throw new ArtifactException(
                $"The residual of layer {row.Layer}, control rank {rank} has {row.Tokens} tokens and {row.Values.LongLength} bytes; expected {tokens} tokens and {expected} bytes ({llama.Dtype}). Run pool-residuals again.");
        }

        var values = empty([tokens, llama.Config.HiddenSize], llama.Dtype);
        row.Values.CopyTo(values.bytes);
        return values;
    }
}
