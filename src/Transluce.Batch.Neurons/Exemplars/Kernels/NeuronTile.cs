using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Everything kept for 64 neighbouring neurons of a layer. Tiles share nothing, so threads take them as they come.</summary>
internal sealed unsafe class NeuronTile
{
    private const int Negative = 0;
    private const int Positive = 1;

    private readonly int width;
    private readonly TileTotals totals = new();
    private readonly TopWindows windows;
    private readonly PinnedArray<uint> bins = new(TileKernel.Width * HistogramBins.Stride);
    private readonly PinnedArray<float>[] scales = [new(TileKernel.Width), new(TileKernel.Width)];
    private readonly PinnedArray<float>[] limits = [new(TileKernel.Width), new(TileKernel.Width)];
    private readonly PinnedArray<float>[] thresholds = [new(TileKernel.Width), new(TileKernel.Width)];
    private readonly int[][] exponents = [new int[TileKernel.Width], new int[TileKernel.Width]];
    private readonly float[] maxima = new float[TileKernel.Width];
    private readonly float[] minima = new float[TileKernel.Width];
    private readonly double[] blockSums;
    private readonly double[] blockSquares;

    /// <param name="shape">Sizes.</param>
    /// <param name="width">Neurons in use: 64, or fewer in a layer's last tile.</param>
    public NeuronTile(CollectorShape shape, int width)
    {
        this.width = width;
        windows = new TopWindows(shape, 2 * width);
        blockSums = new double[shape.Blocks * width];
        blockSquares = new double[shape.Blocks * width];
        Array.Fill(maxima, float.NegativeInfinity);
        Array.Fill(minima, float.PositiveInfinity);
        for (var lane = 0; lane < TileKernel.Width; lane++)
        {
            foreach (var sign in (int[])[Negative, Positive])
            {
                SetExponent(sign, lane, HistogramBins.MinimumExponent);
                thresholds[sign].Span[lane] = lane < width ? float.Epsilon : float.PositiveInfinity;
            }
        }
    }

    /// <summary>Takes the tile's columns of a batch's activations, [row, position, neuron].</summary>
    /// <param name="activations">The tile's first neuron at the batch's first token.</param>
    /// <param name="stride">Values from token to token.</param>
    /// <param name="batch">What the rows are.</param>
    public void Add(float* activations, nint stride, SequenceBatch batch)
    {
        if (width < TileKernel.Width)
        {
            AddCopies(batch, (row, target) => TileCopy.Copy(activations + (row * batch.Length * stride), stride, batch.LengthOf(row), width, target));
            return;
        }

        fixed (int* eligible = batch.Eligible)
        {
            for (var row = 0; row < batch.Sequences.Count; row++)
            {
                AddWindow(activations + (row * batch.Length * stride), stride, batch, row, eligible);
            }
        }
    }

    /// <summary>The same for bfloat16.</summary>
    public void Add(ushort* activations, nint stride, SequenceBatch batch)
        => AddCopies(batch, (row, target) => TileCopy.Copy(activations + (row * batch.Length * stride), stride, batch.LengthOf(row), width, target));

    /// <summary>Puts the sums of the block aside and starts the next.</summary>
    public void EndBlock(int block)
    {
        for (var lane = 0; lane < width; lane++)
        {
            blockSums[(lane * (blockSums.Length / width)) + block] = totals.Sums[lane];
            blockSquares[(lane * (blockSums.Length / width)) + block] = totals.Squares[lane];
        }

        new Span<double>(totals.Sums, TileKernel.Width).Clear();
        new Span<double>(totals.Squares, TileKernel.Width).Clear();
    }

    /// <summary>What was collected for one neuron.</summary>
    public CollectedNeuron Read(int lane)
    {
        var blocks = blockSums.Length / width;
        return new CollectedNeuron(
            blockSums.AsMemory(lane * blocks, blocks),
            blockSquares.AsMemory(lane * blocks, blocks),
            totals.Positives[lane],
            totals.NotFinite[lane],
            minima[lane] + 0f,
            maxima[lane] + 0f,
            exponents[Negative][lane],
            exponents[Positive][lane],
            bins.Span.Slice(lane * HistogramBins.Stride, HistogramBins.Bins).ToArray());
    }

    /// <summary>Windows of a neuron in one polarity.</summary>
    public int WindowCount(int lane, int polarity) => windows.CountOf(ListOf(lane, polarity > 0 ? Positive : Negative));

    public RankedWindow Window(int lane, int polarity, int rank) => windows.Read(ListOf(lane, polarity > 0 ? Positive : Negative), rank);

    /// <summary>Copies one window's columns into float32 rows of 64.</summary>
    private delegate void WindowCopy(int row, float* target);

    private static int ListOf(int lane, int sign) => (2 * lane) + sign;

    private void AddCopies(SequenceBatch batch, WindowCopy copy)
    {
        var buffer = ArrayPool<float>.Shared.Rent(batch.Length * TileKernel.Width);
        fixed (float* tile = buffer)
        fixed (int* eligible = batch.Eligible)
        {
            for (var row = 0; row < batch.Sequences.Count; row++)
            {
                copy(row, tile);
                AddWindow(tile, TileKernel.Width, batch, row, eligible);
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private void AddWindow(float* tile, nint stride, SequenceBatch batch, int row, int* eligible)
    {
        var positions = eligible + batch.EligibleStarts[row];
        var count = batch.EligibleStarts[row + 1] - batch.EligibleStarts[row];
        if (count == 0)
        {
            return;
        }

        var unusual = TileKernel.Summarise(tile, stride, positions, count, totals);
        for (var lane = 0; lane < TileKernel.Width; lane++)
        {
            if ((unusual >> (lane / 8) & 1) != 0)
            {
                TileKernel.SummariseLane(tile, stride, positions, count, totals, lane);
            }
        }

        WidenHistograms();
        if (unusual == 0)
        {
            TileKernel.Count(tile, stride, positions, count, bins.Pointer, scales[Negative].Pointer, scales[Positive].Pointer);
        }
        else
        {
            for (var lane = 0; lane < width; lane++)
            {
                TileKernel.CountLane(tile, stride, positions, count, bins.Pointer, scales[Negative].Pointer[lane], scales[Positive].Pointer[lane], lane);
            }
        }

        OfferPeaks(tile, stride, batch, row, positions, count);
    }

    /// <summary>Keeps the running extremes and makes room in the histograms before the tile is counted.</summary>
    private void WidenHistograms()
    {
        fixed (float* maximum = maxima)
        fixed (float* minimum = minima)
        {
            for (var lane = 0; lane < TileKernel.Width; lane += Vector256<float>.Count)
            {
                var high = Vector256.Load(totals.TileMaxima + lane);
                var low = Vector256.Load(totals.TileMinima + lane);
                Vector256.MaxNative(Vector256.Load(maximum + lane), high).Store(maximum + lane);
                Vector256.MinNative(Vector256.Load(minimum + lane), low).Store(minimum + lane);
                Widen(Positive, lane, Vector256.GreaterThanOrEqual(high, Vector256.Load(limits[Positive].Pointer + lane)), totals.TileMaxima);
                Widen(Negative, lane, Vector256.GreaterThanOrEqual(-low, Vector256.Load(limits[Negative].Pointer + lane)), totals.TileMinima);
            }
        }
    }

    private void Widen(int sign, int firstLane, Vector256<float> crossed, float* extremes)
    {
        for (var bits = Vector256.ExtractMostSignificantBits(crossed); bits != 0; bits &= bits - 1)
        {
            var lane = firstLane + BitOperations.TrailingZeroCount(bits);
            if (float.IsFinite(extremes[lane]))
            {
                var exponent = HistogramBins.ExponentFor(extremes[lane]);
                HistogramBins.Coarsen(bins.Pointer + (lane * HistogramBins.Stride), sign == Positive, exponent - exponents[sign][lane]);
                SetExponent(sign, lane, exponent);
            }
        }
    }

    private void SetExponent(int sign, int lane, int exponent)
    {
        exponents[sign][lane] = exponent;
        scales[sign].Span[lane] = HistogramBins.Scale(exponent);
        limits[sign].Span[lane] = HistogramBins.Limit(exponent);
    }

    private void OfferPeaks(float* tile, nint stride, SequenceBatch batch, int row, int* positions, int count)
    {
        for (var lane = 0; lane < TileKernel.Width; lane += Vector256<float>.Count)
        {
            var high = Vector256.GreaterThanOrEqual(Vector256.Load(totals.TileMaxima + lane), Vector256.Load(thresholds[Positive].Pointer + lane));
            var low = Vector256.GreaterThanOrEqual(-Vector256.Load(totals.TileMinima + lane), Vector256.Load(thresholds[Negative].Pointer + lane));
            for (var bits = Vector256.ExtractMostSignificantBits(high); bits != 0; bits &= bits - 1)
            {
                var at = lane + BitOperations.TrailingZeroCount(bits);
                Offer(tile + at, stride, batch, row, positions, count, at, Positive, totals.TileMaxima[at]);
            }

            for (var bits = Vector256.ExtractMostSignificantBits(low); bits != 0; bits &= bits - 1)
            {
                var at = lane + BitOperations.TrailingZeroCount(bits);
                Offer(tile + at, stride, batch, row, positions, count, at, Negative, totals.TileMinima[at]);
            }
        }
    }

    private void Offer(float* column, nint stride, SequenceBatch batch, int row, int* positions, int count, int lane, int sign, float peak)
    {
        var list = ListOf(lane, sign);
        var sequence = batch.Sequences[row];
        if (!float.IsFinite(peak) || !windows.MayEnter(list, Math.Abs(peak), sequence.SequenceId))
        {
            return;
        }

        var found = 0;
        while (found < count - 1 && column[positions[found] * stride] != peak)
        {
            found++;
        }

        var context = batch.ContextHashes.Length > 0 ? batch.ContextHashes[(row * batch.Length) + positions[found]] : UInt128.Zero;
        var slot = windows.Insert(list, Math.Abs(peak), sequence.SequenceId, positions[found] + batch.Prefix.Length, context);
        thresholds[sign].Pointer[lane] = windows.Threshold(list);
        if (slot >= 0)
        {
            var trace = windows.Trace(slot, batch.Prefix.Length, batch.LengthOf(row));
            HalfPrecision.RoundColumn(column, stride, trace);
        }
    }
}

/// <summary>A neuron's share of a shard: block sums in block order, totals, and its histogram (index order as in <see cref="HistogramBins"/>).</summary>
/// <param name="BlockSums">Sum of activations per block.</param>
/// <param name="BlockSquares">Sum of squared activations per block.</param>
/// <param name="PositiveCount">Activations above zero.</param>
/// <param name="NotFiniteCount">Activations that were NaN or infinite.</param>
/// <param name="Minimum">Smallest, infinity where nothing was counted.</param>
/// <param name="Maximum">Largest, negative infinity where nothing was counted.</param>
/// <param name="NegativeExponent">Grid of the negative sign.</param>
/// <param name="PositiveExponent">Grid of the positive sign.</param>
/// <param name="Bins">Counts.</param>
internal sealed record CollectedNeuron(
    ReadOnlyMemory<double> BlockSums,
    ReadOnlyMemory<double> BlockSquares,
    long PositiveCount,
    long NotFiniteCount,
    float Minimum,
    float Maximum,
    int NegativeExponent,
    int PositiveExponent,
    uint[] Bins);
