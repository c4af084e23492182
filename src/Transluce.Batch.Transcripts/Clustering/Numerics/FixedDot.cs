using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// Scalar products whose every addition has its place: the same bits on every processor, with or without vector instructions, fused or not.
/// </summary>
internal static class FixedDot
{
    /// <summary>In double precision. Products of two floats are exact there, so that only the order of sums matters; it is fixed: 8 lanes, then pairs.</summary>
    public static double Double(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ref var x = ref MemoryMarshal.GetReference(left);
        ref var y = ref MemoryMarshal.GetReference(right);
        var low = Vector256<double>.Zero;
        var high = Vector256<double>.Zero;
        var i = 0;
        for (; i <= left.Length - 8; i += 8)
        {
            var (a, b) = Vector256.Widen(Vector256.LoadUnsafe(ref x, (nuint)i));
            var (c, d) = Vector256.Widen(Vector256.LoadUnsafe(ref y, (nuint)i));
            low += a * c;
            high += b * d;
        }

        var total = Sum(low + high);
        for (; i < left.Length; i++)
        {
            total += (double)left[i] * right[i];
        }

        return total;
    }

    /// <summary>In single precision, for draws: products are rounded before they are added, never fused.</summary>
    public static float Single(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ref var x = ref MemoryMarshal.GetReference(left);
        ref var y = ref MemoryMarshal.GetReference(right);
        var (first, second, third, fourth) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i <= left.Length - 32; i += 32)
        {
            first += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            second += Vector256.LoadUnsafe(ref x, (nuint)(i + 8)) * Vector256.LoadUnsafe(ref y, (nuint)(i + 8));
            third += Vector256.LoadUnsafe(ref x, (nuint)(i + 16)) * Vector256.LoadUnsafe(ref y, (nuint)(i + 16));
            fourth += Vector256.LoadUnsafe(ref x, (nuint)(i + 24)) * Vector256.LoadUnsafe(ref y, (nuint)(i + 24));
        }

        var lanes = first + second + (third + fourth);
        var halves = lanes.GetLower() + lanes.GetUpper();
        var total = halves[0] + halves[1] + (halves[2] + halves[3]);
        for (; i < left.Length; i++)
        {
            total += left[i] * right[i];
        }

        return total;
    }

    private static double Sum(Vector256<double> lanes) => lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}
