namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Sums from which Pearson's correlation follows; those of windows add up to those of a set of windows.</summary>
public struct CorrelationSums
{
    private double count;
    private double sumX;
    private double sumY;
    private double sumXx;
    private double sumYy;
    private double sumXy;

    /// <summary>Sums over the eligible tokens of one window, in float64 and in order.</summary>
    public static CorrelationSums Of(ReadOnlySpan<float> simulated, ReadOnlySpan<float> actual, ReadOnlySpan<bool> eligible)
    {
        var sums = default(CorrelationSums);
        for (var i = 0; i < simulated.Length; i++)
        {
            if (!eligible[i])
            {
                continue;
            }

            double x = simulated[i], y = actual[i];
            sums.count++;
            sums.sumX += x;
            sums.sumY += y;
            sums.sumXx += x * x;
            sums.sumYy += y * y;
            sums.sumXy += x * y;
        }

        return sums;
    }

    /// <summary>Tokens summed over.</summary>
    public readonly long Count => (long)count;

    /// <summary>Adds another set of tokens.</summary>
    public void Add(in CorrelationSums other)
    {
        count += other.count;
        sumX += other.sumX;
        sumY += other.sumY;
        sumXx += other.sumXx;
        sumYy += other.sumYy;
        sumXy += other.sumXy;
    }

    /// <summary>Signed Pearson correlation, or null where either side does not vary.</summary>
    public readonly float? Correlation
    {
        get
        {
            var varianceX = (count * sumXx) - (sumX * sumX);
            var varianceY = (count * sumYy) - (sumY * sumY);
            // Rounding leaves a constant side with a variance of about 1e-16 of its squares.
            return varianceX <= count * sumXx * 1e-12 || varianceY <= count * sumYy * 1e-12
                ? null
                : (float)Math.Clamp(((count * sumXy) - (sumX * sumY)) / Math.Sqrt(varianceX * varianceY), -1, 1);
        }
    }
}
