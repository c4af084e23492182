namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Running totals of 64 neurons, in memory that does not move. Sums start anew with every block.</summary>
internal sealed unsafe class TileTotals
{
    private readonly PinnedArray<double> sums = new(TileKernel.Width);
    private readonly PinnedArray<double> squares = new(TileKernel.Width);
    private readonly PinnedArray<int> positives = new(TileKernel.Width);
    private readonly PinnedArray<float> tileMaxima = new(TileKernel.Width);
    private readonly PinnedArray<float> tileMinima = new(TileKernel.Width);

    /// <summary>Sum of the block so far.</summary>
    public double* Sums => sums.Pointer;

    /// <summary>Sum of squares of the block so far.</summary>
    public double* Squares => squares.Pointer;

    /// <summary>Values above zero so far.</summary>
    public int* Positives => positives.Pointer;

    /// <summary>Largest finite value of the last tile; negative infinity where there was none.</summary>
    public float* TileMaxima => tileMaxima.Pointer;

    /// <summary>Smallest finite value of the last tile; infinity where there was none.</summary>
    public float* TileMinima => tileMinima.Pointer;

    /// <summary>Values that were NaN or infinite so far.</summary>
    public long[] NotFinite { get; } = new long[TileKernel.Width];
}
