using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

public sealed class ExactnessTests
{
    private static readonly double[] Levels = [1e-4, 1e-2, 0.1, 0.5, 0.9, 0.99, 0.9999];

    private static readonly Gen<Case> Cases =
        from seed in Gen.Int[0, 1_000_000]
        from sequences in Gen.Int[1, 45]
        from k in Gen.Int[1, 9]
        from traced in Gen.Int[0, 9]
        from batch in Gen.Int[1, 7]
        from blocks in Gen.Int[1, 9]
        from shards in Gen.Int[1, 6]
        from mode in Gen.Bool
        from notFinite in Gen.Bool
        from full in Gen.Bool
        select new Case(
            new SyntheticCorpus(seed, sequences, full ? 64 : 70, mode ? RankingMode.Default : RankingMode.Reference, notFinite),
            new ExemplarOptions { K = k, TracedRanks = traced, BatchSize = batch, Blocks = blocks, Shards = shards });

    [Fact]
    public void Exemplars_equal_a_sort_over_everything_for_any_number_of_shards()
        => Cases.Sample(
            test =>
            {
                var shards = Shards(test, row => row.Candidates().ToArray());
                for (var layer = 0; layer < SyntheticCorpus.Layers; layer++)
                {
                    for (var neuron = 0; neuron < test.Corpus.Neurons; neuron++)
                    {
                        foreach (var polarity in (int[])[-1, 1])
                        {
                            var candidates = shards.SelectMany(rows => rows.Where(row => row.Layer == layer && row.Neuron == neuron && row.Polarity == polarity));
                            var merged = CandidateMerge.Merge(candidates, test.Options.K, test.Options.TracedRanks, test.Corpus.Rules.RemoveRepeats);
                            var expected = BruteForce.Exemplars(test.Corpus, layer, neuron, polarity, test.Options.K, test.Options.TracedRanks);
                            Assert.Equal(expected.Select(Text), merged.Select(Text));
                        }
                    }
                }
            },
            iter: 15);

    [Fact]
    public void Statistics_equal_those_of_all_activations_for_any_number_of_shards()
        => Cases.Sample(
            test =>
            {
                var shards = Shards(test, collector => collector.Statistics().ToArray());
                for (var layer = 0; layer < SyntheticCorpus.Layers; layer++)
                {
                    for (var neuron = 0; neuron < test.Corpus.Neurons; neuron++)
                    {
                        var statistics = new NeuronStatistics(layer, neuron, Split.Train);
                        foreach (var row in shards.Select(rows => rows[(layer * test.Corpus.Neurons) + neuron]))
                        {
                            statistics.Add(row);
                        }

                        Check(statistics.ToRow(Levels), BruteForce.Activations(test.Corpus, layer, neuron));
                    }
                }
            },
            iter: 15);

    [Fact]
    public void Rows_are_the_same_to_the_last_bit_for_any_number_of_shards()
        => Cases.Sample(
            test =>
            {
                string[] Rows(int shards)
                {
                    var collected = Shards(test with { Options = test.Options with { Shards = shards } }, collector => collector.Statistics().ToArray());
                    return [.. Enumerable.Range(0, test.Corpus.Neurons).Select(neuron =>
                    {
                        var statistics = new NeuronStatistics(0, neuron, Split.Train);
                        collected.ForEach(rows => statistics.Add(rows[neuron]));
                        var row = statistics.ToRow(Levels);
                        return FormattableString.Invariant($"{row with { QuantileLevels = [], QuantileValues = [] }} {string.Join(' ', row.QuantileValues)}");
                    })];
                }

                Assert.Equal(Rows(1), Rows(test.Options.Shards));
            },
            iter: 8);

    [Fact]
    public void Activations_in_bfloat16_give_the_same_rows_as_the_same_values_in_float32()
    {
        // Coarse activations of small neurons are exact in bfloat16.
        var corpus = new SyntheticCorpus(3, 30, 70, RankingMode.Default, notFinite: false);
        var options = new ExemplarOptions { K = 4, TracedRanks = 0, BatchSize = 4, Blocks = 2 };
        var wide = corpus.Collect(options, 0, 1).Statistics().Select(row => row.TokenCount).ToArray();
        var narrow = corpus.Collect(options, 0, 1, bfloat16: true).Statistics().Select(row => row.TokenCount).ToArray();
        Assert.Equal(wide, narrow);
        var peaks = corpus.Collect(options, 0, 1, bfloat16: true).Candidates().ToArray();
        Assert.All(peaks, row => Assert.Equal(Truncate(corpus.Activation(row.Layer, row.SequenceId, row.PeakPosition, row.Neuron)), row.Activation));
    }

    private static float Truncate(float value) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xFFFF);

    private static List<T> Shards<T>(Case test, Func<ExemplarCollector, T> read)
        => [.. Enumerable.Range(0, test.Options.Shards).Select(shard => read(test.Corpus.Collect(test.Options, shard, test.Options.Shards)))];

    private static string Text(ExemplarRow row)
        => FormattableString.Invariant($"{row with { Activations = [] }} {string.Join(' ', row.Activations)}");

    private static void Check(NeuronStatisticsRow row, float[] all)
    {
        var values = all.Where(float.IsFinite).Order().ToArray();
        Assert.Equal(values.Length, row.TokenCount);
        Assert.Equal(all.Length - values.Length, row.NotFiniteCount);
        if (values.Length == 0)
        {
            Assert.True(row.Dead);
            return;
        }

        var mean = values.Average(value => (double)value);
        var scale = Math.Max(Math.Abs(values[0]), Math.Abs(values[^1]));
        Assert.Equal(values[0], row.Minimum);
        Assert.Equal(values[^1], row.Maximum);
        Assert.Equal(values.Count(value => value > 0) / (double)values.Length, row.FractionPositive);
        Assert.InRange(row.Mean, mean - (1e-12 * scale), mean + (1e-12 * scale));
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.InRange(row.StandardDeviation, deviation - (1e-6 * scale), deviation + (1e-6 * scale));
        for (var level = 0; level < Levels.Length; level++)
        {
            var (expected, largest) = BruteForce.Quantile(values, Levels[level]);
            Assert.InRange(row.QuantileValues[level], expected - (1e-3 * largest) - 1e-35, expected + (1e-3 * largest) + 1e-35);
        }
    }

    private sealed record Case(SyntheticCorpus Corpus, ExemplarOptions Options);
}
