using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class LargestGainsTests
{
    private static readonly Gen<float> Gain = Gen.Frequency<float>(
        (6, Gen.Float[0, 1]),
        (3, Gen.Int[0, 5].Select(value => (float)value)),
        (2, Gen.Float[1e-38f, 1e38f]),
        (1, Gen.OneOf(0f, -0f, -1f, float.NaN, float.PositiveInfinity, float.MaxValue, float.Epsilon, float.NegativeInfinity)));

    [Fact]
    public void The_largest_gains_are_those_of_a_full_sort() => Gen.Select(Gain.Array[0, 400], Gen.Int[0, 450]).Sample((gains, count) =>
    {
        var expected = gains.Select((gain, place) => (Gain: gain, Place: place)).Where(item => item.Gain > 0).OrderByDescending(item => item.Gain).ThenBy(item => item.Place).Take(count);
        Assert.Equal(expected, new LargestGains().Find(gains, count));
    }, iter: 3000);

    [Fact]
    public void One_instance_finds_anew_each_time()
    {
        var largest = new LargestGains();
        Assert.Equal([(3f, 1), (2f, 2)], largest.Find([1f, 3f, 2f], 2));
        Assert.Equal([(5f, 0)], largest.Find([5f, 0f, float.NaN], 2));
        Assert.Empty(largest.Find([], 7));
    }
}
