namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// How far each row is from its centroid at most, and from every other at least (Hamerly 2010). A row whose bounds do not meet keeps its
/// centroid without being compared again. The slack covers all rounding, so that skipping never changes a result.
/// </summary>
internal sealed class DistanceBounds(int rows)
{
    public const double Slack = 1e-6;

    private readonly double[] upper = new double[rows];
    private readonly double[] lower = new double[rows];

    public bool Separated(int row) => upper[row] < lower[row];

    /// <summary>Takes a distance just worked out in double precision.</summary>
    public void Tighten(int row, double squaredDistance) => upper[row] = Math.Sqrt(Math.Max(0, squaredDistance)) + Slack;

    public void Set(int row, double squaredAtMost, double otherSquaredAtLeast)
    {
        Tighten(row, squaredAtMost);
        lower[row] = Math.Sqrt(Math.Max(0, otherSquaredAtLeast)) - Slack;
    }

    /// <summary>Widens the bounds by what the centroids moved.</summary>
    public void Move(ReadOnlySpan<double> moves, int[] assignment)
    {
        var furthest = 0;
        for (var i = 1; i < moves.Length; i++)
        {
            furthest = moves[i] > moves[furthest] ? i : furthest;
        }

        var second = 0.0;
        for (var i = 0; i < moves.Length; i++)
        {
            second = i == furthest ? second : Math.Max(second, moves[i]);
        }

        for (var row = 0; row < upper.Length; row++)
        {
            upper[row] += moves[assignment[row]];
            lower[row] -= assignment[row] == furthest ? second : moves[furthest];
        }
    }
}
