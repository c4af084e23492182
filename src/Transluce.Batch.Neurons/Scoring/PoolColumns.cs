using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>The activations of a block of neighbouring neurons over a control pool, a neuron's tokens contiguous.</summary>
internal sealed class PoolColumns(PoolActivations pool, int blockSize)
{
    private readonly float[] values = new float[(long)blockSize * pool.Rows];
    private int first;

    /// <summary>Copies neurons first … first + count - 1 of the pool's current layer. What is not finite becomes zero and is counted.</summary>
    public int Load(int firstNeuron, int count)
    {
        first = firstNeuron;
        var used = values.AsSpan(0, count * pool.Rows);
        pool.CopyNeurons(firstNeuron, count, used);
        var notFinite = 0;
        foreach (ref var value in used)
        {
            if (!float.IsFinite(value))
            {
                value = 0;
                notFinite++;
            }
        }

        return notFinite;
    }

    /// <summary>Signed activations of one neuron of the block per pool row.</summary>
    public ReadOnlySpan<float> Of(int neuron) => values.AsSpan((neuron - first) * pool.Rows, pool.Rows);

    /// <summary>max(polarity × activation, 0) per pool row.</summary>
    public void Rectify(int neuron, int polarity, Span<float> rectified) => Rectified.Of(Of(neuron), polarity, rectified);
}

/// <summary>max(polarity × activation, 0).</summary>
internal static class Rectified
{
    public static void Of(ReadOnlySpan<float> signed, int polarity, Span<float> rectified)
    {
        System.Numerics.Tensors.TensorPrimitives.Multiply(signed, (float)polarity, rectified);
        System.Numerics.Tensors.TensorPrimitives.Max(rectified[..signed.Length], 0, rectified);
    }

    public static float[] Of(ReadOnlySpan<float> signed, int polarity)
    {
        var rectified = new float[signed.Length];
        for (var i = 0; i < signed.Length; i++)
        {
            rectified[i] = float.IsFinite(signed[i]) ? Math.Max(signed[i] * polarity, 0) : 0;
        }

        return rectified;
    }
}
