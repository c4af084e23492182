using System.Runtime.Intrinsics;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Copies some columns of a window into float32 rows of 64 neurons, zeros beside them: for bfloat16, and for a layer's last, narrower tile.</summary>
internal static unsafe class TileCopy
{
    public static void Copy(float* source, nint stride, int rows, int width, float* target)
    {
        for (var row = 0; row < rows; row++, source += stride, target += TileKernel.Width)
        {
            new ReadOnlySpan<float>(source, width).CopyTo(new Span<float>(target, width));
            new Span<float>(target + width, TileKernel.Width - width).Clear();
        }
    }

    /// <summary>A bfloat16 is the upper half of a float32's bits.</summary>
    public static void Copy(ushort* source, nint stride, int rows, int width, float* target)
    {
        for (var row = 0; row < rows; row++, source += stride, target += TileKernel.Width)
        {
            var lane = 0;
            for (; lane <= width - Vector256<ushort>.Count; lane += Vector256<ushort>.Count)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Load(source + lane));
                (lower << 16).AsSingle().Store(target + lane);
                (upper << 16).AsSingle().Store(target + lane + Vector256<uint>.Count);
            }

            for (; lane < TileKernel.Width; lane++)
            {
                target[lane] = lane < width ? BitConverter.Int32BitsToSingle(source[lane] << 16) : 0;
            }
        }
    }
}
