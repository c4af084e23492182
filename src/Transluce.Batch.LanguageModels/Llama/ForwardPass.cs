using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// One batch on its way through the layers: the residual stream, changed in place, and the memory between matrix products, allocated
/// once. Letters as in <see cref="Llama"/>.
/// </summary>
internal sealed class ForwardPass : IDisposable
{
    private readonly LlamaConfig config;
    private readonly Tensor stream; // [b, t, d]
    private readonly PrefixCache? prefix;
    private readonly DisposeScope scope;
    private readonly int rowsPerChunk;
    private readonly Tensor cosines; // [t, 1, d_head / 2]
    private readonly Tensor sines;
    private readonly Tensor? mask; // [t, p + t], only with a prefix
    private readonly Tensor projection; // [n, (h + 2 kv) d_head]
    private readonly Tensor up; // [n, i]

    public ForwardPass(LlamaConfig config, RotaryEmbedding rotary, Tensor stream, PrefixCache? prefix, bool keepActivations, int chunkTokens)
    {
        this.config = config;
        this.stream = stream;
        this.prefix = prefix;
        scope = NewDisposeScope();
        var (rows, tokens) = (stream.shape[0], stream.shape[1]);
        rowsPerChunk = (int)Math.Clamp(chunkTokens / Math.Max(tokens, 1), 1, Math.Max(rows, 1));
        (cosines, sines) = rotary.Positions(prefix?.Length ?? 0, (int)tokens);
        Activations = empty([keepActivations ? rows : rowsPerChunk, tokens, config.IntermediateSize], stream.dtype, stream.device);
        projection = empty([rowsPerChunk * tokens, (config.AttentionHeads + (2 * config.KeyValueHeads)) * config.HeadSize], stream.dtype, stream.device);
        up = empty([rowsPerChunk * tokens, config.IntermediateSize], stream.dtype, stream.device);
        if (prefix is not null)
        {
            // 0 where a token may look: the whole prefix, itself, and what is before it.
            mask = full([tokens, prefix.Length + tokens], HeldScalars.MinusInfinity, stream.dtype, stream.device).triu_(prefix.Length + 1);
        }

        KeepsActivations = keepActivations;
    }

    /// <summary>Inputs of the down-projection of the layer run last, [b, t, i]; only the last chunk's where nobody wants them.</summary>
    public Tensor Activations { get; }

    private bool KeepsActivations { get; }

    public void RunLayer(LlamaLayerWeights layer, int index, PrefixCache? filling)
    {
        for (long row = 0; row < stream.shape[0]; row += rowsPerChunk)
        {
            using var chunkScope = NewDisposeScope();
            var rows = Math.Min(rowsPerChunk, stream.shape[0] - row);
            var hidden = stream.narrow(0, row, rows); // [r, t, d]
            Attention(hidden, layer, index, filling);
            Mlp(hidden, layer, Activations.narrow(0, KeepsActivations ? row : 0, rows));
        }
    }

    public void Dispose() => scope.Dispose();

    private void Attention(Tensor hidden, LlamaLayerWeights layer, int index, PrefixCache? filling)
    {
        var (rows, tokens) = (hidden.shape[0], hidden.shape[1]);
        int heads = config.AttentionHeads, keyValueHeads = config.KeyValueHeads, headSize = config.HeadSize;
        var flat = hidden.view(rows * tokens, config.HiddenSize); // [n, d]
        var projected = projection.narrow(0, 0, rows * tokens); // [n, (h + 2 kv) d_head]
        projected.addmm_(RmsNorm(flat, layer.AttentionNorm, config.RmsNormEpsilon), layer.QueryKeyValue, beta: 0);
        var byHead = projected.view(rows, tokens, heads + (2 * keyValueHeads), headSize);
        Rotate(byHead.narrow(2, 0, heads + keyValueHeads));

        var queries = byHead.narrow(2, 0, heads).transpose(1, 2); // [r, h, t, d_head]
        var keys = byHead.narrow(2, heads, keyValueHeads).transpose(1, 2); // [r, kv, t, d_head]
        var values = byHead.narrow(2, heads + keyValueHeads, keyValueHeads).transpose(1, 2);
        filling?.Store(index, keys, values);
        if (prefix is not null)
        {
            var (prefixKeys, prefixValues) = prefix.Layer(index);
            keys = cat([prefixKeys.expand(rows, -1, -1, -1), keys], 2); // [r, kv, p + t, d_head]
            values = cat([prefixValues.expand(rows, -1, -1, -1), values], 2);
        }

        var attended = scaled_dot_product_attention(queries, ShareAmongHeads(keys), ShareAmongHeads(values), mask, is_casual: mask is null); // [r, h, t, d_head]
        flat.addmm_(attended.transpose(1, 2).reshape(rows * tokens, heads * headSize), layer.AttentionOutput);
    }

    private void Mlp(Tensor hidden, LlamaLayerWeights layer, Tensor activationsOfChunk)
    {
        var flat = hidden.view(-1, config.HiddenSize); // [n, d]
        var normed = RmsNorm(flat, layer.MlpNorm, config.RmsNormEpsilon);
        var gated = activationsOfChunk.view(-1, config.IntermediateSize); // [n, i]
        var ups = up.narrow(0, 0, flat.shape[0]).addmm_(normed, layer.Up, beta: 0);
        gated.addmm_(normed, layer.Gate, beta: 0).silu_().mul_(ups);
        flat.addmm_(gated, layer.Down);
    }

    /// <summary>RoPE in place, half-split as Hugging Face stores Llama: dimension j turns with j + d_head / 2.</summary>
    private void Rotate(Tensor byHead)
    {
        var half = config.HeadSize / 2;
        var x = byHead.narrow(3, 0, half); // [r, t, h + kv, d_head / 2]
        var y = byHead.narrow(3, half, half);
        var xSin = x.mul(sines);
        x.mul_(cosines).addcmul_(y, sines, HeldScalars.MinusOne);
        y.mul_(cosines).add_(xSin, HeldScalars.One);
    }

    // [r, kv, s, d_head] → [r, h, s, d_head]: g neighbouring query heads share one key-value head.
    private Tensor ShareAmongHeads(Tensor keyValue)
    {
        var group = config.AttentionHeads / config.KeyValueHeads;
        return group == 1 ? keyValue : keyValue.unsqueeze(2).expand(-1, -1, group, -1, -1).flatten(1, 2);
    }

    /// <summary>x / sqrt(mean(x²) + ε) · weight, the mean in float32 whatever the dtype.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, float epsilon)
    {
        using var held = epsilon.ToScalar();
        var exact = x.to(ScalarType.Float32);
        var scale = exact.square().mean([-1], keepdim: true).add_(held, HeldScalars.One).rsqrt_(); // [.., 1]
        return exact.mul(scale).to(x.dtype).mul_(weight);
    }
}
