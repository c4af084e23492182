using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class PatternTests
{
    private static readonly Gen<Pattern> Any = Gen.Select(RandomPool.Any, Gen.Int[0, 40], Gen.OneOf(0f, 2f)).Select((pool, entries, extraWeight) => Fit(pool, entries, extraWeight, []));

    [Fact]
    public void The_entries_kept_are_those_that_explain_most() => Gen.Select(RandomPool.Any, Gen.Int[1, 30]).Sample((pool, entries) =>
    {
        var all = Fit(pool, 100_000, 1, []).Entries;
        var kept = Fit(pool, entries, 1, []).Entries;
        Assert.Equal(all.Take(entries), kept);

        var means = ContextTablesTests.Means(pool, 1, 1);
        double Gain(PatternEntry entry) =>
            entry.Evidence * Math.Pow(means[RandomPool.Key(entry.Context, entry.Length)] - means[RandomPool.Key(entry.Context, entry.Length - 1)], 2);
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(Gain(pair.First) >= Gain(pair.Second) - 1e-4));
        Assert.All(kept, entry => Assert.Equal(means[RandomPool.Key(entry.Context, entry.Length)], entry.Value, 1e-4));
    }, iter: 300);

    [Fact]
    public void The_longest_matching_entry_predicts() => Gen.Select(Any, Gen.Int).Sample((pattern, seed) =>
    {
        var window = RandomPool.RandomWindow(new Random(seed));
        var predicted = new float[window.Length];
        new PatternSimulator(pattern, null).Simulate(window, predicted);
        var values = pattern.Entries.ToDictionary(entry => RandomPool.Key(entry.Context, entry.Length), entry => entry.Value);
        for (var offset = 0; offset < window.Length; offset++)
        {
            var context = RandomPool.Newest(window, window.First + offset);
            var longest = Enumerable.Range(1, 3).Reverse().Select(length => RandomPool.Key(context.Take(length))).FirstOrDefault(values.ContainsKey);
            Assert.Equal(Math.Max(0, longest is null ? pattern.Base : values[longest]), predicted[offset]);
        }
    }, iter: 500);

    [Fact]
    public void A_row_gives_the_pattern_back() => Gen.Select(Any, Gen.Float[-1, 1].Array[RegressionFeatures.Count], Gen.Bool).Sample((pattern, weights, regress) =>
    {
        var original = pattern with { Weights = regress ? weights : [] };
        var row = original.ToRow(3, 117, -1);
        var read = Pattern.FromRow(row);
        Assert.Equal((3, 117, -1, null), (row.Layer, row.Neuron, row.Polarity, row.FailureReason));
        Assert.Equal(original.Base, read.Base);
        Assert.Equal(original.Entries, read.Entries);
        Assert.Equal(original.Weights, read.Weights);
    }, iter: 200);

    [Fact]
    public void Contexts_are_stored_oldest_token_first()
    {
        var entry = new PatternEntry(Context.Shorten(Context.Pack(7, 8, 9), 3), 3, 1, 1);
        Assert.Equal([9, 8, 7], new Pattern(0, [entry], []).ToRow(0, 0, 1).ContextIds);
    }

    [Fact]
    public void A_row_whose_lists_do_not_fit_is_refused_with_its_place()
    {
        var good = new PatternRow(4, 2, 1, 0, [1, 2], [5, 6, 7], [1, 2], [3, 4], [], null);
        foreach (var bad in (PatternRow[])[good with { ContextLengths = [1] }, good with { ContextLengths = [0, 3] }, good with { ContextLengths = [4, -1] }, good with { ContextIds = [1] }, good with { Evidence = [] }, good with { Weights = [1] }])
        {
            Assert.Contains("layer 4, neuron 2, polarity 1", Assert.ThrowsAny<ArtifactException>(() => Pattern.FromRow(bad)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Weights_add_what_the_regression_expects_and_nothing_falls_below_zero()
    {
        var features = new RegressionFeatures([1, 0, 0, 1], 2);
        var weights = new float[RegressionFeatures.Count];
        (weights[0], weights[1]) = (2, -9);
        var simulator = new PatternSimulator(new Pattern(0.5f, [new PatternEntry(Context.Shorten(Context.Pack(0, 1, 0), 2), 2, 3, 1)], weights), features);
        var predicted = new float[3];
        simulator.Simulate(new TokenWindow([0, 1, 0], 0), predicted);
        Assert.Equal([2.5f, 0f, 5f], predicted);
    }

    [Fact]
    public void Weights_without_their_features_are_refused() =>
        Assert.Throws<ArgumentNullException>(() => new PatternSimulator(new Pattern(0, [], new float[RegressionFeatures.Count]), null));

    private static Pattern Fit(RandomPool pool, int entries, float extraWeight, float[] weights)
    {
        var sums = new PolaritySums(ContextIndex.Build(pool.Windows));
        sums.Load(pool.Rectified, pool.Extras, extraWeight);
        return new PatternFitter().Fit(sums, 1, entries, weights);
    }
}
