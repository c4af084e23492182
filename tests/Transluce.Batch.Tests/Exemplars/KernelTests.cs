using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

public sealed unsafe class KernelTests
{
    private const int Tokens = 37;
    private const int Stride = 90;

    [Fact]
    public void Vectors_and_single_values_give_the_same_bits()
        => Gen.Select(Gen.Int[0, 1 << 30], Gen.Bool).Sample((seed, notFinite) =>
        {
            var values = Values(seed, notFinite, Tokens * Stride);
            int[] positions = [.. Enumerable.Range(0, Tokens).Where(position => position % 5 != 3)];
            var (vector, single) = (new TileTotals(), new TileTotals());
            var (vectorBins, singleBins) = (new PinnedArray<uint>(TileKernel.Width * HistogramBins.Stride), new PinnedArray<uint>(TileKernel.Width * HistogramBins.Stride));
            var (negative, positive) = (new PinnedArray<float>(TileKernel.Width), new PinnedArray<float>(TileKernel.Width));
            fixed (float* tile = values)
            fixed (int* at = positions)
            {
                var unusual = TileKernel.Summarise(tile, Stride, at, positions.Length, vector);
                for (var lane = 0; lane < TileKernel.Width; lane++)
                {
                    TileKernel.SummariseLane(tile, Stride, at, positions.Length, single, lane);
                    Assert.Equal(((unusual >> (lane / 8)) & 1) != 0, Enumerable.Range(lane / 8 * 8, 8).Any(l => positions.Any(p => !float.IsFinite(values[(p * Stride) + l]))));
                    if (((unusual >> (lane / 8)) & 1) == 0)
                    {
                        Assert.Equal(Bits(single, lane), Bits(vector, lane));
                    }

                    positive.Span[lane] = HistogramBins.Scale(HistogramBins.ExponentFor(Math.Max(0, single.TileMaxima[lane])));
                    negative.Span[lane] = HistogramBins.Scale(HistogramBins.ExponentFor(Math.Max(0, -single.TileMinima[lane])));
                }

                if (unusual == 0)
                {
                    TileKernel.Count(tile, Stride, at, positions.Length, vectorBins.Pointer, negative.Pointer, positive.Pointer);
                    for (var lane = 0; lane < TileKernel.Width; lane++)
                    {
                        TileKernel.CountLane(tile, Stride, at, positions.Length, singleBins.Pointer, negative.Pointer[lane], positive.Pointer[lane], lane);
                    }

                    Assert.True(singleBins.Span.SequenceEqual(vectorBins.Span));
                }
            }
        }, iter: 200);

    [Fact]
    public void Traces_round_to_half_precision_as_single_values_do()
        => Gen.Int[0, 1 << 30].Sample(
            seed =>
            {
                var values = Values(seed, notFinite: seed % 2 == 0, 64 * 3);
                var halves = new Half[61];
                fixed (float* column = values)
                {
                    HalfPrecision.RoundColumn(column, 3, halves);
                }

                Assert.Equal(Enumerable.Range(0, 61).Select(i => BitConverter.HalfToInt16Bits(HalfPrecision.Round(values[i * 3]))), halves.Select(BitConverter.HalfToInt16Bits));
            },
            iter: 300);

    [Fact]
    public void Histograms_merge_to_the_same_quantiles_in_any_order()
        => Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[2, 6]).Sample((seed, parts) =>
        {
            var random = new Random(seed);
            var histograms = Enumerable.Range(0, parts).Select(part => Histogram(Values(seed + part, notFinite: false, 200))).ToArray();
            var (forward, shuffled) = (new MergedHistogram(), new MergedHistogram());
            Array.ForEach(histograms, part => forward.Add(part.Bins, part.Negative, part.Positive));
            random.Shuffle(histograms);
            Array.ForEach(histograms, part => shuffled.Add(part.Bins, part.Negative, part.Positive));
            foreach (var level in (double[])[0.001, 0.1, 0.5, 0.77, 0.999])
            {
                Assert.Equal(forward.Quantile(level, -1e9f, 1e9f), shuffled.Quantile(level, -1e9f, 1e9f));
            }
        }, iter: 200);

    [Fact]
    public void Packed_counts_come_back_and_damage_is_noticed()
        => Gen.UInt.Select(Gen.Int[0, 40]).Array[0, 60].Sample(runs =>
        {
            uint[] counts = [.. runs.SelectMany(run => Enumerable.Repeat(run.Item2 % 3 == 0 ? run.Item1 : 0u, run.Item2))];
            var bytes = PackedCounts.Pack(counts);
            var back = new uint[counts.Length];
            PackedCounts.Unpack(bytes, back);
            Assert.Equal(counts, back);
            Assert.Throws<ArtifactException>(() => PackedCounts.Unpack(bytes, new uint[counts.Length + 1]));
            Assert.Throws<ArtifactException>(() => PackedCounts.Unpack([.. bytes, 7], new uint[counts.Length]));
        }, iter: 200);

    private static (uint[] Bins, int Negative, int Positive) Histogram(float[] values)
    {
        var (negative, positive) = (HistogramBins.ExponentFor(-values.Min()), HistogramBins.ExponentFor(values.Max()));
        var bins = new uint[HistogramBins.Bins];
        foreach (var value in values)
        {
            bins[HistogramBins.IndexOf(value, HistogramBins.Scale(negative), HistogramBins.Scale(positive))]++;
        }

        return (bins, negative, positive);
    }

    private static (long, long, int, int, int) Bits(TileTotals totals, int lane) => (
        BitConverter.DoubleToInt64Bits(totals.Sums[lane]),
        BitConverter.DoubleToInt64Bits(totals.Squares[lane]),
        totals.Positives[lane],
        BitConverter.SingleToInt32Bits(totals.TileMaxima[lane]),
        BitConverter.SingleToInt32Bits(totals.TileMinima[lane]));

    /// <summary>Values over many magnitudes, zeros of both signs and subnormal numbers among them.</summary>
    private static float[] Values(int seed, bool notFinite, int count)
    {
        var random = new Random(seed);
        var spread = random.Next(1, 60);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(200) switch
        {
            0 => 0f,
            1 => -0f,
            2 => float.Epsilon * random.Next(1000),
            3 when notFinite => float.NaN,
            4 when notFinite => float.NegativeInfinity,
            _ => (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-spread, spread))),
        })];
    }
}
