using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The centroids of an assignment. Members are summed in row order, in double precision, in pieces that depend on the assignment alone.</summary>
internal static class ClusterMeans
{
    private const int PieceRows = 256;

    /// <summary>A cluster without members moves to the row furthest from its centroid (several: to the next ones), or stays where nothing is far.</summary>
    public static VectorTable Of(VectorTable vectors, int[] assignment, VectorTable before, NearestCentroids nearest, KMeansSettings settings)
    {
        var members = Members(assignment, before.Rows);
        var pieces = members.SelectMany((rows, cluster) => Enumerable.Range(0, (rows.Count + PieceRows - 1) / PieceRows).Select(i => (cluster, i))).ToArray();
        var sums = new double[pieces.Length][];
        FixedBlocks.Run(pieces.Length, settings.Threads, piece =>
        {
            var sum = new double[vectors.Dimensions];
            var rows = CollectionsMarshal.AsSpan(members[pieces[piece].cluster]);
            var start = pieces[piece].i * PieceRows;
            foreach (var row in rows[start..Math.Min(rows.Length, start + PieceRows)])
            {
                Add(sum, vectors[row]);
            }

            sums[piece] = sum;
        });

        var totals = new double[before.Rows][];
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            ref var total = ref totals[pieces[piece].cluster];
            total = total is null ? sums[piece] : Add(total, sums[piece]);
        }

        var values = (float[])before.Values.Clone();
        for (var cluster = 0; cluster < totals.Length; cluster++)
        {
            if (totals[cluster] is { } total)
            {
                Write(values.AsSpan(cluster * vectors.Dimensions, vectors.Dimensions), total, members[cluster].Count, settings.Spherical);
            }
        }

        MoveEmpty(values, members, vectors, assignment, nearest);
        return new VectorTable(values, vectors.Dimensions);
    }

    private static List<int>[] Members(int[] assignment, int clusters)
    {
        var counts = new int[clusters];
        foreach (var cluster in assignment)
        {
            counts[cluster]++;
        }

        List<int>[] members = [.. counts.Select(count => new List<int>(count))];
        for (var row = 0; row < assignment.Length; row++)
        {
            members[assignment[row]].Add(row);
        }

        return members;
    }

    private static void Write(Span<float> centroid, double[] total, int count, bool spherical)
    {
        var divisor = (double)count;
        if (spherical)
        {
            var squares = 0.0;
            foreach (var value in total)
            {
                squares += value * value;
            }

            // Members that cancel have no direction: the centroid stays.
            divisor = Math.Sqrt(squares);
            if (divisor < 1e-12)
            {
                return;
            }
        }

        for (var i = 0; i < centroid.Length; i++)
        {
            centroid[i] = (float)(total[i] / divisor);
        }
    }

    private static void MoveEmpty(float[] values, List<int>[] members, VectorTable vectors, int[] assignment, NearestCentroids nearest)
    {
        var empty = Enumerable.Range(0, members.Length).Where(i => members[i].Count == 0).ToArray();
        if (empty.Length == 0)
        {
            return;
        }

        var furthest = Enumerable.Range(0, assignment.Length)
            .Select(row => (Row: row, Distance: nearest.SquaredDistance(row, assignment[row])))
            .Where(item => item.Distance > 1e-9)
            .OrderByDescending(item => item.Distance).ThenBy(item => item.Row)
            .Take(empty.Length);
        foreach (var (cluster, (row, _)) in empty.Zip(furthest))
        {
            vectors[row].CopyTo(values.AsSpan(cluster * vectors.Dimensions, vectors.Dimensions));
        }
    }

    private static void Add(double[] sum, ReadOnlySpan<float> row)
    {
        ref var target = ref MemoryMarshal.GetArrayDataReference(sum);
        ref var source = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i <= row.Length - 8; i += 8)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            (Vector256.LoadUnsafe(ref target, (nuint)i) + low).StoreUnsafe(ref target, (nuint)i);
            (Vector256.LoadUnsafe(ref target, (nuint)(i + 4)) + high).StoreUnsafe(ref target, (nuint)(i + 4));
        }

        for (; i < row.Length; i++)
        {
            sum[i] += row[i];
        }
    }

    private static double[] Add(double[] total, double[] piece)
    {
        for (var i = 0; i < total.Length; i++)
        {
            total[i] += piece[i];
        }

        return total;
    }
}
