using System.Runtime.Intrinsics;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// The inner loops: one window's tokens × 64 neurons. Neurons lie in lanes and tokens are taken in order, so every lane does what the scalar
/// form does, on any vector width, to the last bit (the square of a float is exact in a double).
/// </summary>
internal static unsafe class TileKernel
{
    /// <summary>Neurons per tile: four cache lines of float32 per token.</summary>
    public const int Width = 64;

    private const int Lanes = 8;

    private static readonly int[] LaneBases = MakeLaneBases();

    /// <summary>
    /// Adds the tile's eligible tokens to the totals and finds each neuron's extremes in the tile. Vectors of 8 neurons with a NaN or an
    /// infinite value among them are left alone and marked in the result, one bit each.
    /// </summary>
    /// <param name="tile">First neuron of the window's first token.</param>
    /// <param name="stride">Values from token to token.</param>
    /// <param name="positions">Eligible positions, ascending.</param>
    /// <param name="count">Number of positions.</param>
    /// <param name="totals">Totals to add to.</param>
    public static int Summarise(float* tile, nint stride, int* positions, int count, TileTotals totals)
    {
        var left = 0;
        for (var lane = 0; lane < Width; lane += Lanes)
        {
            var maximum = Vector256.Create(float.NegativeInfinity);
            var minimum = Vector256.Create(float.PositiveInfinity);
            var positive = Vector256.Load(totals.Positives + lane);
            var sumLower = Vector256.Load(totals.Sums + lane);
            var sumUpper = Vector256.Load(totals.Sums + lane + (Lanes / 2));
            var squareLower = Vector256.Load(totals.Squares + lane);
            var squareUpper = Vector256.Load(totals.Squares + lane + (Lanes / 2));
            var column = tile + lane;
            for (var i = 0; i < count; i++)
            {
                var value = Vector256.Load(column + (positions[i] * stride));
                maximum = Vector256.MaxNative(maximum, value);
                minimum = Vector256.MinNative(minimum, value);
                positive -= Vector256.GreaterThan(value, Vector256<float>.Zero).AsInt32();
                var (lower, upper) = Vector256.Widen(value);
                sumLower += lower;
                sumUpper += upper;
                squareLower = Vector256.FusedMultiplyAdd(lower, lower, squareLower);
                squareUpper = Vector256.FusedMultiplyAdd(upper, upper, squareUpper);
            }

            // Squares of finite floats cannot overflow a double, so a sum that is not finite means that a value was not.
            if (!Vector256.EqualsAll(squareLower - squareLower + (squareUpper - squareUpper), Vector256<double>.Zero))
            {
                left |= 1 << (lane / Lanes);
                continue;
            }

            maximum.Store(totals.TileMaxima + lane);
            minimum.Store(totals.TileMinima + lane);
            positive.Store(totals.Positives + lane);
            sumLower.Store(totals.Sums + lane);
            sumUpper.Store(totals.Sums + lane + (Lanes / 2));
            squareLower.Store(totals.Squares + lane);
            squareUpper.Store(totals.Squares + lane + (Lanes / 2));
        }

        return left;
    }

    /// <summary>The same for one neuron, one value at a time; values that are not finite are counted apart.</summary>
    public static void SummariseLane(float* tile, nint stride, int* positions, int count, TileTotals totals, int lane)
    {
        var (maximum, minimum) = (float.NegativeInfinity, float.PositiveInfinity);
        for (var i = 0; i < count; i++)
        {
            var value = tile[(positions[i] * stride) + lane];
            if (!float.IsFinite(value))
            {
                totals.NotFinite[lane]++;
                continue;
            }

            maximum = maximum > value ? maximum : value;
            minimum = minimum < value ? minimum : value;
            totals.Positives[lane] += value > 0 ? 1 : 0;
            totals.Sums[lane] += value;
            totals.Squares[lane] += (double)value * value;
        }

        totals.TileMaxima[lane] = maximum;
        totals.TileMinima[lane] = minimum;
    }

    /// <summary>Counts every eligible value of a tile of finite values below the scales' limits.</summary>
    /// <param name="tile">First neuron of the window's first token.</param>
    /// <param name="stride">Values from token to token.</param>
    /// <param name="positions">Eligible positions.</param>
    /// <param name="count">Number of positions.</param>
    /// <param name="bins">64 × <see cref="HistogramBins.Stride"/> counters.</param>
    /// <param name="negativeScales">Scale of the negative sign, per neuron.</param>
    /// <param name="positiveScales">Scale of the positive sign, per neuron.</param>
    public static void Count(float* tile, nint stride, int* positions, int count, uint* bins, float* negativeScales, float* positiveScales)
    {
        var index = stackalloc int[Width];
        fixed (int* bases = LaneBases)
        {
            for (var i = 0; i < count; i++)
            {
                var token = tile + (positions[i] * stride);
                for (var lane = 0; lane < Width; lane += Lanes)
                {
                    var value = Vector256.Load(token + lane);
                    var sign = value.AsInt32() >> 31;
                    var scale = Vector256.ConditionalSelect(sign.AsSingle(), Vector256.Load(negativeScales + lane), Vector256.Load(positiveScales + lane));
                    (Vector256.ConvertToInt32Native(value * scale) + sign + Vector256.Load(bases + lane)).Store(index + lane);
                }

                for (var lane = 0; lane < Width; lane += Lanes)
                {
                    bins[index[lane]]++;
                    bins[index[lane + 1]]++;
                    bins[index[lane + 2]]++;
                    bins[index[lane + 3]]++;
                    bins[index[lane + 4]]++;
                    bins[index[lane + 5]]++;
                    bins[index[lane + 6]]++;
                    bins[index[lane + 7]]++;
                }
            }
        }
    }

    /// <summary>The same for one neuron, one value at a time; values that are not finite are passed over.</summary>
    public static void CountLane(float* tile, nint stride, int* positions, int count, uint* bins, float negativeScale, float positiveScale, int lane)
    {
        for (var i = 0; i < count; i++)
        {
            var value = tile[(positions[i] * stride) + lane];
            if (float.IsFinite(value))
            {
                bins[(lane * HistogramBins.Stride) + HistogramBins.IndexOf(value, negativeScale, positiveScale)]++;
            }
        }
    }

    private static int[] MakeLaneBases()
    {
        var bases = new int[Width];
        for (var lane = 0; lane < Width; lane++)
        {
            bases[lane] = (lane * HistogramBins.Stride) + HistogramBins.BinsPerSign;
        }

        return bases;
    }
}
