using System.Runtime.Intrinsics;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Rounding of traces to half precision, to nearest even. Finite values beyond its range become its largest value, so that a trace never turns infinite by rounding.</summary>
internal static unsafe class HalfPrecision
{
    private const float Largest = 65504;
    private const int Lanes = 8;

    public static Half Round(float value)
        => float.IsFinite(value) ? (Half)Math.Clamp(value, -Largest, Largest) : (Half)value;

    /// <summary>Rounds one neuron's activations over a window.</summary>
    public static void RoundColumn(float* column, nint stride, Span<Half> destination)
    {
        var values = stackalloc float[Lanes];
        fixed (Half* target = destination)
        {
            var i = 0;
            for (; i <= destination.Length - Lanes; i += Lanes)
            {
                for (var lane = 0; lane < Lanes; lane++)
                {
                    values[lane] = column[(i + lane) * stride];
                }

                var vector = Vector256.Load(values);
                if (Vector256.LessThanOrEqualAll(Vector256.Abs(vector), Vector256.Create(Largest)))
                {
                    Round(vector).Store((ushort*)(target + i));
                }
                else
                {
                    for (var lane = 0; lane < Lanes; lane++)
                    {
                        target[i + lane] = Round(values[lane]);
                    }
                }
            }

            for (; i < destination.Length; i++)
            {
                target[i] = Round(column[i * stride]);
            }
        }
    }

    /// <summary>The bits of eight values within half precision's range.</summary>
    private static Vector128<ushort> Round(Vector256<float> values)
    {
        var sign = (values.AsUInt32() >> 16) & Vector256.Create(0x8000u);
        var magnitude = Vector256.Abs(values);
        var bits = magnitude.AsUInt32();

        // Exponents differ by 112. Half of the last place that stays, less one for an even one, makes the shift round to nearest even.
        var rounded = (bits - Vector256.Create((112u << 23) - 0xFFF) + ((bits >> 13) & Vector256<uint>.One)) >> 13;

        // Below 2^-14 a half counts in steps of 2^-24, as a float does between 1/2 and 1: adding 1/2 lets the float unit round.
        var half = Vector256.Create(0.5f);
        var small = (magnitude + half).AsUInt32() - half.AsUInt32();
        var isSmall = Vector256.LessThan(magnitude, Vector256.Create(6.103515625e-5f)).AsUInt32();
        var result = Vector256.ConditionalSelect(isSmall, small, rounded) | sign;
        return Vector128.Narrow(result.GetLower(), result.GetUpper());
    }
}
