namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The one-to-one matching with the largest total weight: the Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987), cubic time.</summary>
internal static class OneToOneMatching
{
    /// <param name="weights">Rows × columns, none negative.</param>
    /// <returns>The column of each row, or -1. Pairs without weight are not matched.</returns>
    public static int[] Match(double[,] weights)
    {
        var size = Math.Max(weights.GetLength(0), weights.GetLength(1));
        var rowPotential = new double[size + 1];
        var columnPotential = new double[size + 1];
        var rowOf = new int[size + 1];
        for (var row = 1; row <= size; row++)
        {
            Augment(row, (r, c) => -Weight(weights, r - 1, c - 1), rowPotential, columnPotential, rowOf);
        }

        var matched = new int[weights.GetLength(0)];
        Array.Fill(matched, -1);
        for (var column = 1; column <= size; column++)
        {
            if (Weight(weights, rowOf[column] - 1, column - 1) > 0)
            {
                matched[rowOf[column] - 1] = column - 1;
            }
        }

        return matched;
    }

    private static double Weight(double[,] weights, int row, int column) => row < weights.GetLength(0) && column < weights.GetLength(1) ? weights[row, column] : 0;

    /// <summary>Adds one row by the cheapest augmenting path. Number 0 stands for "none".</summary>
    private static void Augment(int row, Func<int, int, double> cost, double[] rowPotential, double[] columnPotential, int[] rowOf)
    {
        var size = rowOf.Length - 1;
        var least = new double[size + 1];
        Array.Fill(least, double.PositiveInfinity);
        var before = new int[size + 1];
        var visited = new bool[size + 1];
        var column = 0;
        rowOf[0] = row;
        do
        {
            visited[column] = true;
            var current = rowOf[column];
            var next = 0;
            var delta = double.PositiveInfinity;
            for (var c = 1; c <= size; c++)
            {
                if (visited[c])
                {
                    continue;
                }

                var reduced = cost(current, c) - rowPotential[current] - columnPotential[c];
                (least[c], before[c]) = reduced < least[c] ? (reduced, column) : (least[c], before[c]);
                (delta, next) = least[c] < delta ? (least[c], c) : (delta, next);
            }

            for (var c = 0; c <= size; c++)
            {
                if (visited[c])
                {
                    rowPotential[rowOf[c]] += delta;
                    columnPotential[c] -= delta;
                }
                else
                {
                    least[c] -= delta;
                }
            }

            column = next;
        }
        while (rowOf[column] != 0);

        while (column != 0)
        {
            rowOf[column] = rowOf[before[column]];
            column = before[column];
        }
    }
}
