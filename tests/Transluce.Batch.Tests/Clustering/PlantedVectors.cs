using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>Vectors around planted directions, of length one.</summary>
internal static class PlantedVectors
{
    /// <param name="rows">Items; item i belongs to direction i mod <paramref name="clusters"/>.</param>
    /// <param name="dimensions">Numbers a vector.</param>
    /// <param name="clusters">Directions.</param>
    /// <param name="noise">Expected length of the noise beside a direction of length one.</param>
    /// <param name="seed">Of everything.</param>
    public static (VectorTable Vectors, int[] Truth) Draw(int rows, int dimensions, int clusters, double noise, int seed)
    {
        var draws = new SeededDraws(seed, "planted");
        var directions = new float[clusters][];
        for (var i = 0; i < clusters; i++)
        {
            directions[i] = Gaussian(dimensions, ref draws);
            VectorTable.Normalise(directions[i]);
        }

        var vectors = new float[rows][];
        var truth = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            truth[row] = row % clusters;
            vectors[row] = Gaussian(dimensions, ref draws);
            for (var d = 0; d < dimensions; d++)
            {
                vectors[row][d] = directions[truth[row]][d] + (float)(vectors[row][d] * noise / Math.Sqrt(dimensions));
            }
        }

        return (VectorTable.Normalised(vectors), truth);
    }

    private static float[] Gaussian(int dimensions, ref SeededDraws draws)
    {
        var values = new float[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            values[d] = (float)(Math.Sqrt(-2 * Math.Log(1 - draws.NextDouble())) * Math.Cos(2 * Math.PI * draws.NextDouble()));
        }

        return values;
    }
}
