using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Exemplars;
using Transluce.Batch.Tests.Tokenization;

namespace Transluce.Batch.IntegrationTests.Exemplars;

/// <summary>All 46,080 neurons of SmolLM2 over 256 windows, beside what transformers and numpy make of them.</summary>
public sealed class SmolLm2GoldenTests
{
    private const int K = 5;
    private const float Tolerance = 1e-3f;

    private static readonly double[] Levels = [1e-4, 1e-3, 1e-2, 0.99, 0.999, 0.9999];

    [Fact]
    public void Exemplars_and_statistics_are_those_of_the_reference()
    {
        using var golden = SafetensorsFile.Open(SharedData.Require("golden/smollm2/exemplars.safetensors"));
        var ids = golden.Map("input_ids").data<int>().ToArray();
        var windows = ids.Chunk(64).Select((window, id) => new SequenceRow(Split.Train, id, "windows", $"{id}", 0, -1, window)).ToArray();
        var options = new ExemplarOptions { K = K, TracedRanks = 2, Mode = RankingMode.Reference, BatchSize = 64, Blocks = 2, Quantiles = Levels };
        using var run = new ExemplarRun(ModelFolders.SmolLm2(), windows, options, new HashSet<int>());
        Assert.Equal(RunStatus.Succeeded, run.Record.Status);

        var statistics = run.Read<NeuronStatisticsRow>("merge-exemplars").Where(row => row.Split == Split.Train).ToArray();
        Assert.Equal(30 * 1536, statistics.Length);
        float[] Golden(string name) => golden.Map(name).data<float>().ToArray();
        var (mean, deviation, positive, quantiles) = (Golden("mean"), Golden("std"), Golden("fraction_positive"), Golden("quantiles"));
        foreach (var (row, neuron) in statistics.Select((row, index) => (row, index)))
        {
            var largest = Tolerance * Math.Max(Math.Abs(row.Minimum), Math.Abs(row.Maximum));
            Assert.Equal((long)ids.Length, row.TokenCount);
            Assert.Equal(mean[neuron], row.Mean, largest);
            Assert.Equal(deviation[neuron], row.StandardDeviation, largest);
            Assert.Equal(positive[neuron], row.FractionPositive, Tolerance);
            for (var level = 0; level < Levels.Length; level++)
            {
                // Either side of zero has its own bound; the reference's values carry the forward pass's own tolerance on top.
                Assert.Equal(quantiles[(neuron * Levels.Length) + level], row.QuantileValues[level], largest);
            }
        }

        var exemplars = run.Read<ExemplarRow>("merge-exemplars").ToLookup(row => (row.Layer * 1536) + row.Neuron);
        foreach (var (polarity, name) in ((int, string)[])[(1, "pos"), (-1, "neg")])
        {
            var (values, sequences, positions) = (Golden($"{name}.value"), golden.Map($"{name}.sequence").data<short>().ToArray(), golden.Map($"{name}.position").data<byte>().ToArray());
            for (var neuron = 0; neuron < statistics.Length; neuron++)
            {
                var largest = Tolerance * Math.Max(Math.Abs(statistics[neuron].Minimum), Math.Abs(statistics[neuron].Maximum));
                var found = exemplars[neuron].Where(row => row.Polarity == polarity).ToArray();
                Assert.Equal(values.AsSpan(neuron * K, K).ToArray().Count(value => polarity * value > 0), found.Length);
                foreach (var (row, at) in found.Select((row, rank) => (row, (neuron * K) + rank)))
                {
                    Assert.Equal(values[at], row.Activation, largest);
                    var alone = (row.Rank == 0 || Math.Abs(values[at - 1] - values[at]) > largest) && row.Rank + 1 < K && Math.Abs(values[at + 1] - values[at]) > largest;
                    if (alone)
                    {
                        Assert.Equal((sequences[at], positions[at]), ((short)row.SequenceId, (byte)row.PeakPosition));
                    }
                }
            }
        }
    }
}
