namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The two directions of largest variance, by orthogonal iteration on the covariance of a sample; for the map only.</summary>
internal static class PlaneProjection
{
    private const int SampleRows = 10_000;
    private const int Iterations = 100;

    /// <returns>Two numbers a row.</returns>
    public static (float X, float Y)[] Of(VectorTable vectors, int seed, int threads)
    {
        var d = vectors.Dimensions;
        var sample = new SeededDraws(seed, "projection").Sample(vectors.Rows, SampleRows);
        var mean = Mean(vectors, sample);
        var covariance = Covariance(vectors, sample, mean, threads);
        var (first, second) = Directions(covariance, d, threads);
        var places = new (float, float)[vectors.Rows];
        FixedBlocks.Run(FixedBlocks.Count(vectors.Rows), threads, block =>
        {
            for (var row = block * FixedBlocks.Rows; row < Math.Min(vectors.Rows, (block + 1) * FixedBlocks.Rows); row++)
            {
                var (x, y) = (0.0, 0.0);
                var values = vectors[row];
                for (var i = 0; i < d; i++)
                {
                    var centred = values[i] - mean[i];
                    x += centred * first[i];
                    y += centred * second[i];
                }

                places[row] = ((float)x, (float)y);
            }
        });
        return places;
    }

    private static double[] Mean(VectorTable vectors, int[] sample)
    {
        var mean = new double[vectors.Dimensions];
        foreach (var row in sample)
        {
            var values = vectors[row];
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += values[i];
            }
        }

        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] /= Math.Max(1, sample.Length);
        }

        return mean;
    }

    /// <summary>One matrix row per piece of work, so that each number is summed in row order by one thread.</summary>
    private static double[][] Covariance(VectorTable vectors, int[] sample, double[] mean, int threads)
    {
        var d = vectors.Dimensions;
        var columns = new float[d][];
        for (var i = 0; i < d; i++)
        {
            columns[i] = [.. sample.Select(row => (float)(vectors.Values[(row * d) + i] - mean[i]))];
        }

        var covariance = new double[d][];
        FixedBlocks.Run(d, threads, i => covariance[i] = [.. Enumerable.Range(0, d).Select(j => j < i ? 0 : FixedDot.Double(columns[i], columns[j]))]);
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                covariance[i][j] = covariance[j][i];
            }
        }

        return covariance;
    }

    private static (double[] First, double[] Second) Directions(double[][] covariance, int d, int threads)
    {
        var draws = new SeededDraws(0, "directions");
        var directions = new double[Math.Min(d, 4)][];
        for (var i = 0; i < directions.Length; i++)
        {
            directions[i] = new double[d];
            for (var j = 0; j < d; j++)
            {
                directions[i][j] = draws.NextDouble() - 0.5;
            }
        }

        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var next = new double[directions.Length][];
            FixedBlocks.Run(next.Length, threads, i => next[i] = [.. covariance.Select(row => Dot(row, directions[i]))]);
            Orthonormalise(next);
            directions = next;
        }

        return (Turned(directions[0]), directions.Length > 1 ? Turned(directions[1]) : new double[d]);
    }

    private static void Orthonormalise(double[][] directions)
    {
        for (var i = 0; i < directions.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var share = Dot(directions[i], directions[j]);
                for (var k = 0; k < directions[i].Length; k++)
                {
                    directions[i][k] -= share * directions[j][k];
                }
            }

            var length = Math.Sqrt(Dot(directions[i], directions[i]));
            for (var k = 0; k < directions[i].Length; k++)
            {
                // Data with fewer dimensions than directions: the rest is zero.
                directions[i][k] = length > 1e-12 ? directions[i][k] / length : 0;
            }
        }
    }

    /// <summary>A direction and its opposite are one principal component; the one whose largest number is positive is shown.</summary>
    private static double[] Turned(double[] direction)
    {
        var largest = direction.MaxBy(Math.Abs);
        return largest < 0 ? [.. direction.Select(value => -value)] : direction;
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
