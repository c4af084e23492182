using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class ContextTablesTests
{
    [Fact]
    public void A_context_is_packed_without_loss() => Gen.Select(Gen.Int[-1, Context.MaximumTokenId - 1], Gen.Int[-1, Context.MaximumTokenId - 1], Gen.Int[-1, Context.MaximumTokenId - 1]).Sample((current, previous, before) =>
    {
        var packed = Context.Pack(current, previous, before);
        Assert.Equal([current, previous, before], Enumerable.Range(0, 3).Select(back => Context.Token(packed, back)));
        Assert.Equal(Context.Shorten(packed, 2), Context.Shorten(Context.Pack(current, previous, 5), 2));
        Assert.NotEqual(packed, Context.Shorten(packed, 2));
    });

    [Fact]
    public void Sums_and_weights_equal_those_of_a_dictionary() => RandomPool.Any.Select(Gen.OneOf(0f, 0.5f, 1f, 3f)).Sample((pool, extraWeight) =>
    {
        var sums = new PolaritySums(ContextIndex.Build(pool.Windows));
        sums.Load(pool.Rectified, pool.Extras, extraWeight);
        AssertEqualDictionary(pool, extraWeight, sums);
    }, iter: 1000);

    [Fact]
    public void Nothing_of_one_polarity_is_left_in_the_next() => Gen.Select(RandomPool.Any, Gen.Int).Sample((pool, seed) =>
    {
        var random = new Random(seed);
        var sums = new PolaritySums(ContextIndex.Build(pool.Windows));
        for (var before = 0; before < 3; before++)
        {
            var other = RandomPool.Make(random);
            sums.Load([.. pool.Rectified.Select(_ => (float)random.Next(9))], other.Extras, random.Next(3));
        }

        sums.Load(pool.Rectified, pool.Extras, 2);
        AssertEqualDictionary(pool, 2, sums);
    }, iter: 300);

    [Fact]
    public void The_index_finds_what_the_pool_holds_and_nothing_else() => RandomPool.Any.Sample(pool =>
    {
        var index = ContextIndex.Build(pool.Windows);
        var known = pool.Observations(0).Select(observation => observation.Context).ToArray();
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            var keys = known.Select(context => RandomPool.Key(context.Take(length))).ToHashSet();
            Assert.Equal(keys.Count, index.Levels[length - 1].Count);
            for (var current = 0; current < RandomPool.Tokens; current++)
            {
                for (var previous = -1; previous < RandomPool.Tokens; previous++)
                {
                    var context = Context.Pack(current, previous, 2);
                    var group = index.Find(context, length);
                    Assert.Equal(keys.Contains(RandomPool.Key(context, length)), group >= 0);
                    Assert.True(group < 0 || index.Levels[length - 1].Contexts[group] == Context.Shorten(context, length));
                }
            }
        }
    }, iter: 200);

    [Fact]
    public void Means_back_off_to_the_shorter_context() => Gen.Select(RandomPool.Any, Gen.OneOf(0f, 1f, 3f), Gen.OneOf(0.5f, 1f, 4f)).Sample((pool, extraWeight, shrinkage) =>
    {
        var sums = new PolaritySums(ContextIndex.Build(pool.Windows));
        sums.Load(pool.Rectified, pool.Extras, extraWeight);
        var tables = new BackOffTables();
        tables.Fit(sums, shrinkage);
        var expected = Means(pool, extraWeight, shrinkage);
        Assert.Equal(expected[""], tables.Base, 1e-5);
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            for (var group = 0; group < sums.Count(length); group++)
            {
                Assert.Equal(expected[RandomPool.Key(sums.ContextOf(length, group), length)], tables.Means(length)[group], 1e-4);
            }
        }
    }, iter: 500);

    /// <summary>Shrunken means of every context by the formula, "" for the mean of all tokens.</summary>
    internal static Dictionary<string, double> Means(RandomPool pool, float extraWeight, float shrinkage)
    {
        var observations = pool.Observations(extraWeight).ToArray();
        var weight = observations.Sum(observation => observation.Weight);
        var means = new Dictionary<string, double> { [""] = weight == 0 ? 0 : observations.Sum(observation => (double)observation.Value * observation.Weight) / weight };
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            foreach (var group in observations.GroupBy(observation => RandomPool.Key(observation.Context.Take(length))))
            {
                var parent = means[RandomPool.Key(group.First().Context.Take(length - 1))];
                means[group.Key] = (group.Sum(observation => (double)observation.Value * observation.Weight) + (shrinkage * parent)) / (group.Sum(observation => observation.Weight) + shrinkage);
            }
        }

        return means;
    }

    private static void AssertEqualDictionary(RandomPool pool, float extraWeight, PolaritySums sums)
    {
        var observations = pool.Observations(extraWeight).ToArray();
        Assert.Equal(observations.Sum(observation => observation.Value * observation.Weight), sums.TotalSum);
        Assert.Equal(observations.Sum(observation => observation.Weight), sums.TotalWeight);
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            var expected = observations.GroupBy(observation => RandomPool.Key(observation.Context.Take(length)))
                .ToDictionary(group => group.Key, group => (group.Sum(observation => observation.Value * observation.Weight), group.Sum(observation => observation.Weight)));
            Assert.Equal(expected.Count, sums.Count(length));
            for (var group = 0; group < sums.Count(length); group++)
            {
                var context = sums.ContextOf(length, group);
                Assert.Equal(expected[RandomPool.Key(context, length)], (sums.Sums(length)[group], sums.Weights(length)[group]));
                Assert.True(length == 1 || sums.ContextOf(length - 1, sums.ParentOf(length, group)) == Context.Shorten(context, length - 1));
            }
        }
    }
}
