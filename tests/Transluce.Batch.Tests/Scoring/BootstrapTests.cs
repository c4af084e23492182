using CsCheck;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Tests.Scoring;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_holds_the_correlation_of_typical_windows() => Gen.Select(Gen.Int, Gen.Float[0.2f, 3]).Sample((seed, noise) =>
    {
        var windows = Windows(seed, 40, noise);
        var (low, high) = new Bootstrap(400, 64).Interval(windows);
        Assert.InRange(ScoringSet.Total(windows).Correlation!.Value, low!.Value, high!.Value);
        Assert.True(low < high);
    }, iter: 100);

    [Fact]
    public void The_same_seed_gives_the_same_interval_whatever_was_asked_before()
    {
        var windows = Windows(1, 40, 1);
        var used = new Bootstrap(400, 64);
        used.Interval(Windows(2, 25, 1));
        Assert.Equal(new Bootstrap(400, 64).Interval(windows), used.Interval(windows));
        Assert.NotEqual(new Bootstrap(400, 65).Interval(windows), used.Interval(windows));
    }

    [Fact]
    public void More_windows_give_a_narrower_interval()
    {
        var (low, high) = new Bootstrap(400, 64).Interval(Windows(3, 10, 2));
        var (narrowLow, narrowHigh) = new Bootstrap(400, 64).Interval(Windows(3, 200, 2));
        Assert.True(narrowHigh - narrowLow < high - low);
    }

    [Fact]
    public void Without_enough_resamples_that_vary_there_is_none()
    {
        Assert.Equal((null, null), new Bootstrap(400, 64).Interval(Windows(1, 1, 1)));
        Assert.Equal((null, null), new Bootstrap(400, 64).Interval(new CorrelationSums[5]));
    }

    private static CorrelationSums[] Windows(int seed, int count, float noise)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var actual = Enumerable.Range(0, 30).Select(_ => (float)random.NextDouble()).ToArray();
            var simulated = actual.Select(value => value + (noise * (float)random.NextDouble())).ToArray();
            return CorrelationSums.Of(simulated, actual, Enumerable.Repeat(true, 30).ToArray());
        })];
    }
}
