namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Rows cut into blocks that do not depend on the number of threads; what a block makes is merged in block order.</summary>
internal static class FixedBlocks
{
    public const int Rows = 512;

    public static int Count(int rows) => (rows + Rows - 1) / Rows;

    /// <summary>Runs every block once, on at most <paramref name="threads"/> threads, in no order.</summary>
    public static void Run(int blocks, int threads, Action<int> block)
    {
        if (threads == 1 || blocks <= 1)
        {
            for (var i = 0; i < blocks; i++)
            {
                block(i);
            }

            return;
        }

        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, block);
    }

    /// <summary>A sum over rows: each block in row order, blocks in block order.</summary>
    public static double Sum(int rows, int threads, Func<int, double> term)
    {
        var sums = new double[Count(rows)];
        Run(sums.Length, threads, block =>
        {
            var sum = 0.0;
            for (var row = block * Rows; row < Math.Min(rows, (block + 1) * Rows); row++)
            {
                sum += term(row);
            }

            sums[block] = sum;
        });
        var total = 0.0;
        foreach (var sum in sums)
        {
            total += sum;
        }

        return total;
    }
}
