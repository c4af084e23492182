namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Rounding of traces to half precision. Finite values beyond its range become its largest value, so that a trace never turns infinite by rounding.</summary>
internal static unsafe class HalfPrecision
{
    private const float Largest = 65504;

    public static Half Round(float value)
        => float.IsFinite(value) ? (Half)Math.Clamp(value, -Largest, Largest) : (Half)value;

    /// <summary>Rounds one neuron's activations over a window.</summary>
    public static void RoundColumn(float* column, nint stride, Span<Half> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = Round(column[i * stride]);
        }
    }
}
