using CsCheck;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class ScoreDistributionTests
{
    [Fact]
    public void Quantiles_interpolate_between_neighbours_and_what_is_undefined_takes_no_part()
    {
        var scores = new ScoreDistribution();
        foreach (var score in new float?[] { 0.4f, null, 0f, float.NaN, 0.2f })
        {
            scores.Add(score);
        }

        Assert.Equal(3, scores.Count);
        Assert.Equal([0, 0.1, 0.2, 0.4], [scores.Quantile(0), scores.Quantile(0.25), scores.Quantile(0.5), scores.Quantile(1)], (left, right) => Math.Abs(left - right) < 1e-6);
        Assert.True(double.IsNaN(new ScoreDistribution().Quantile(0.5)));
    }

    [Fact]
    public void Shares_of_a_histogram_add_up_to_one() => Gen.Float[-2, 2].Array[1, 50].Sample(values =>
    {
        var scores = new ScoreDistribution();
        foreach (var value in values)
        {
            scores.Add(value);
        }

        Assert.Equal(1, scores.Histogram(-0.2, 1, 24).Sum(), 9);
    });
}
