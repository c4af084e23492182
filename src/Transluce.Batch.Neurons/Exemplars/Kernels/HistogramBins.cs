namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// The grid of a neuron's histogram. Each sign has 1,024 linear bins of width 2^(e - 10) over [0, 2^e), with e the smallest exponent that
/// holds the largest magnitude seen. Widths are powers of two, so a value's bin at a larger exponent follows from its bin at a smaller one,
/// and counts merge exactly in any order. Half a bin is at most 2^-10 of the largest magnitude.
/// </summary>
internal static unsafe class HistogramBins
{
    public const int BinsPerSign = 1024;

    /// <summary>Bins of one neuron: bin b of the negative sign at 1023 - b, bin b of the positive sign at 1024 + b, so that value order is index order.</summary>
    public const int Bins = 2 * BinsPerSign;

    /// <summary>
    /// Counters from neuron to neuron: one cache line more than the bins take. Without it the busy bins around zero of 64 neurons would lie a
    /// power of two apart and push each other out of the cache.
    /// </summary>
    public const int Stride = Bins + 16;

    /// <summary>Smallest exponent whose scale is still a normal float. Magnitudes below 2^-127 share the lowest bin.</summary>
    public const int MinimumExponent = -117;

    private const int BinBits = 10;

    /// <summary>The smallest exponent e ≥ <see cref="MinimumExponent"/> with magnitude &lt; 2^e.</summary>
    public static int ExponentFor(float magnitude)
        => Math.Max(MinimumExponent, ((BitConverter.SingleToInt32Bits(magnitude) >> 23) & 0xFF) - 126);

    /// <summary>2^e; infinite for the exponent of the largest floats.</summary>
    public static float Limit(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);

    /// <summary>Bins per unit: 2^(10 - e). Multiplying by it is exact.</summary>
    public static float Scale(int exponent) => BitConverter.Int32BitsToSingle((BinBits - exponent + 127) << 23);

    /// <summary>Index of a finite value among the <see cref="Bins"/>; -0 counts as negative.</summary>
    public static int IndexOf(float value, float negativeScale, float positiveScale)
    {
        var sign = BitConverter.SingleToInt32Bits(value) >> 31;
        return (int)(value * (sign < 0 ? negativeScale : positiveScale)) + sign + BinsPerSign;
    }

    /// <summary>Middle of a bin.</summary>
    public static double Middle(int index, int negativeExponent, int positiveExponent)
    {
        var bin = index >= BinsPerSign ? index - BinsPerSign : BinsPerSign - 1 - index;
        var exponent = index >= BinsPerSign ? positiveExponent : negativeExponent;
        var magnitude = Math.ScaleB(bin + 0.5, exponent - BinBits);
        return index >= BinsPerSign ? magnitude : -magnitude;
    }

    /// <summary>Merges runs of 2^shift neighbours of one sign into one bin each.</summary>
    public static void Coarsen(uint* bins, bool positive, int shift)
    {
        var first = positive ? BinsPerSign : BinsPerSign - 1;
        var step = positive ? 1 : -1;
        var run = 1 << Math.Min(shift, BinBits);
        for (var bin = 0; bin < BinsPerSign; bin++)
        {
            uint sum = 0;
            for (var i = 0; i < run && bin < BinsPerSign / run; i++)
            {
                sum += bins[first + (step * ((bin * run) + i))];
            }

            bins[first + (step * bin)] = sum;
        }
    }
}
