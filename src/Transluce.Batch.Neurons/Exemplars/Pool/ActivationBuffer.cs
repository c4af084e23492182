using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>A float32 matrix [rows, columns] outside the managed heap, of any size, filled from tensors and read by columns.</summary>
internal sealed unsafe class ActivationBuffer : IDisposable
{
    private const int Edge = 8;
    private const int RowsPerTask = 1024;

    private readonly float* values;
    private readonly ParallelOptions parallel;

    public ActivationBuffer(long rows, int columns, int threads)
    {
        (Rows, Columns) = (rows, columns);
        parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        values = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, rows * columns) * sizeof(float), 64);
    }

    public long Rows { get; }

    public int Columns { get; }

    public ReadOnlySpan<float> Row(long row) => new(values + (row * Columns), Columns);

    /// <summary>Stores contiguous rows of float32.</summary>
    public void Store(long firstRow, float* source, long count)
        => Buffer.MemoryCopy(source, values + (firstRow * Columns), (Rows - firstRow) * Columns * sizeof(float), count * Columns * sizeof(float));

    /// <summary>Stores contiguous rows of bfloat16, the upper half of a float32's bits.</summary>
    public void Store(long firstRow, ushort* source, long count)
    {
        var target = values + (firstRow * Columns);
        var length = count * Columns;
        var i = 0L;
        for (; i <= length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(source + i));
            (lower << 16).AsSingle().Store(target + i);
            (upper << 16).AsSingle().Store(target + i + Vector256<uint>.Count);
        }

        for (; i < length; i++)
        {
            target[i] = BitConverter.Int32BitsToSingle(source[i] << 16);
        }
    }

    /// <summary>Copies columns first … first + count - 1 into [count, rows].</summary>
    public void CopyColumns(int first, int count, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, count * Rows);
        fixed (float* target = destination)
        {
            var copy = target;
            Parallel.For(0, (int)((Rows + RowsPerTask - 1) / RowsPerTask), parallel, task =>
            {
                for (long row = (long)task * RowsPerTask; row < Math.Min(Rows, (task + 1L) * RowsPerTask); row += Edge)
                {
                    for (var column = 0; column < count; column += Edge)
                    {
                        CopySquare(row, first + column, copy + (column * Rows) + row, (int)Math.Min(Edge, Rows - row), Math.Min(Edge, count - column));
                    }
                }
            });
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(values);

    private void CopySquare(long row, int column, float* target, int rowCount, int columnCount)
    {
        var source = values + (row * Columns) + column;
        if (rowCount == Edge && columnCount == Edge && Avx.IsSupported)
        {
            Transpose(source, Columns, target, (nint)Rows);
            return;
        }

        for (var c = 0; c < columnCount; c++)
        {
            for (var r = 0; r < rowCount; r++)
            {
                target[(c * Rows) + r] = source[((nint)r * Columns) + c];
            }
        }
    }

    /// <summary>8 × 8: pairs, then quadruples within 128 bits, then the halves change places.</summary>
    private static void Transpose(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector256<float> r0 = Avx.LoadVector256(source), r1 = Avx.LoadVector256(source + sourceStride);
        Vector256<float> r2 = Avx.LoadVector256(source + (2 * sourceStride)), r3 = Avx.LoadVector256(source + (3 * sourceStride));
        Vector256<float> r4 = Avx.LoadVector256(source + (4 * sourceStride)), r5 = Avx.LoadVector256(source + (5 * sourceStride));
        Vector256<float> r6 = Avx.LoadVector256(source + (6 * sourceStride)), r7 = Avx.LoadVector256(source + (7 * sourceStride));
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xEE), b2 = Avx.Shuffle(a1, a3, 0x44), b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xEE), b6 = Avx.Shuffle(a5, a7, 0x44), b7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(b0, b4, 0x20).Store(target);
        Avx.Permute2x128(b1, b5, 0x20).Store(target + targetStride);
        Avx.Permute2x128(b2, b6, 0x20).Store(target + (2 * targetStride));
        Avx.Permute2x128(b3, b7, 0x20).Store(target + (3 * targetStride));
        Avx.Permute2x128(b0, b4, 0x31).Store(target + (4 * targetStride));
        Avx.Permute2x128(b1, b5, 0x31).Store(target + (5 * targetStride));
        Avx.Permute2x128(b2, b6, 0x31).Store(target + (6 * targetStride));
        Avx.Permute2x128(b3, b7, 0x31).Store(target + (7 * targetStride));
    }
}
