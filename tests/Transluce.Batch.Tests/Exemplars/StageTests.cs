using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>The stages over a random Llama, beside a window-by-window computation that keeps every activation.</summary>
public sealed class StageTests
{
    private const string ModelName = "golden/llama-gqa-rope3";
    private const float Tolerance = 1e-4f;

    private static readonly HashSet<int> SpecialIds = [0, 3];

    private static readonly ExemplarOptions Options = new() { K = 5, TracedRanks = 3, BatchSize = 4, Blocks = 5, Shards = 1, Quantiles = [0.01, 0.5, 0.99] };

    [Theory]
    [InlineData(RankingMode.Default)]
    [InlineData(RankingMode.Reference)]
    public void Exemplars_and_statistics_are_those_of_all_activations(RankingMode mode)
    {
        var folder = SharedData.Require(ModelName);
        var rows = Sequences();
        using var run = new ExemplarRun(folder, rows, Options with { Mode = mode }, SpecialIds);
        Assert.Equal(RunStatus.Succeeded, run.Record.Status);
        var exemplars = run.Read<ExemplarRow>("merge-exemplars").ToLookup(row => (row.Layer, row.Neuron, row.Polarity, row.Split));
        var statistics = run.Read<NeuronStatisticsRow>("merge-exemplars").ToDictionary(row => (row.Layer, row.Neuron, row.Split));

        using var llama = Llama.Load(folder, CPU, ScalarType.Float32);
        var rules = RankingRules.From(Options with { Mode = mode }, SpecialIds);
        foreach (var split in Enum.GetValues<Split>())
        {
            var all = rows.Where(row => row.Split == split).Select(row => (Row: row, Layers: WholeWindowActivations.Of(llama, row))).ToArray();
            for (var layer = 0; layer < llama.Config.Layers; layer++)
            {
                for (var neuron = 0; neuron < llama.Config.IntermediateSize; neuron += 7)
                {
                    var values = all.SelectMany(window => Eligible(window.Row, rules).Select(position => window.Layers[layer][(position * llama.Config.IntermediateSize) + neuron])).Order().ToArray();
                    var largest = Math.Max(-values[0], values[^1]);
                    var row = statistics[(layer, neuron, split)];
                    Assert.Equal(values.Length, row.TokenCount);
                    Assert.Equal(values.Average(), row.Mean, Tolerance * largest);
                    Assert.Equal(values[^1], row.Maximum, Tolerance * largest);
                    foreach (var polarity in (int[])[-1, 1])
                    {
                        var peaks = all.Select(window => Peak(window.Row, window.Layers[layer], neuron, polarity, llama.Config.IntermediateSize, rules)).Where(peak => peak.Magnitude > 0);
                        var ranked = peaks.OrderByDescending(peak => peak.Magnitude).DistinctBy(peak => rules.RemoveRepeats ? peak.Context : $"{peak.Sequence}").Take(Options.K).ToArray();
                        var found = exemplars[(layer, neuron, polarity, split)].OrderBy(exemplar => exemplar.Rank).ToArray();
                        Assert.Equal(ranked.Length, found.Length);
                        Assert.All(ranked.Zip(found), pair => Assert.Equal(polarity * pair.First.Magnitude, pair.Second.Activation, Tolerance * largest));
                        Assert.All(found, exemplar => AssertTrace(exemplar, all.Single(window => window.Row.SequenceId == exemplar.SequenceId), neuron, largest, llama.Config.IntermediateSize));
                    }
                }
            }
        }
    }

    [Fact]
    public void The_number_of_shards_changes_no_row()
    {
        var folder = SharedData.Require(ModelName);
        using var one = new ExemplarRun(folder, Sequences(), Options, SpecialIds);
        using var three = new ExemplarRun(folder, Sequences(), Options with { Shards = 3 }, SpecialIds);
        Assert.Equal(one.Read<ExemplarRow>("merge-exemplars").Select(Text), three.Read<ExemplarRow>("merge-exemplars").Select(Text));
        Assert.Equal(one.Read<NeuronStatisticsRow>("merge-exemplars").Select(Text), three.Read<NeuronStatisticsRow>("merge-exemplars").Select(Text));
        Assert.Equal(
            one.Read<ResidualRow>("pool-residuals").Select(row => (row.Layer, row.Split, row.ControlRank, Convert.ToHexString(row.Values))),
            three.Read<ResidualRow>("pool-residuals").OrderBy(row => row.Layer).ThenBy(row => row.Split).ThenBy(row => row.ControlRank).Select(row => (row.Layer, row.Split, row.ControlRank, Convert.ToHexString(row.Values))));
    }

    [Theory]
    [InlineData(RankingMode.Default)]
    [InlineData(RankingMode.Reference)]
    public void A_layer_group_runs_alone_from_the_stored_residuals(RankingMode mode)
    {
        var folder = SharedData.Require(ModelName);
        var rows = Sequences();
        var options = Options with { Mode = mode };
        using var run = new ExemplarRun(folder, rows, options, SpecialIds);
        using var llama = Llama.Load(folder, CPU, ScalarType.Float32);
        var rules = RankingRules.From(options, SpecialIds);
        foreach (var group in LayerGroup.Cut(llama.Config.Layers, ExemplarRun.LayersPerGroup))
        {
            using var pool = PoolActivations.Open(run.Model, group, rows, run.Read<ResidualRow>("pool-residuals"), Split.Train, rules, options.BatchSize);
            Assert.Equal(rows.Count(row => row.Split == Split.Train && row.ControlRank >= 0 && row.TokenIds.Length > rules.PrefixLength(row)), pool.Windows.Count);
            for (var layer = group.FirstLayer; pool.NextLayer(TestContext.Current.CancellationToken); layer++)
            {
                Assert.Equal(layer, pool.Layer);
                foreach (var window in pool.Windows)
                {
                    var sequence = rows.Single(row => row.Split == Split.Train && row.ControlRank == window.ControlRank);
                    var expected = WholeWindowActivations.Of(llama, sequence)[layer];
                    var largest = expected.Max(Math.Abs);
                    for (var row = 0; row < window.RowCount; row++)
                    {
                        var whole = expected.AsSpan((window.FirstPosition + row) * pool.Neurons, pool.Neurons).ToArray();
                        Assert.All(whole.Zip(pool.Row(window.FirstRow + row).ToArray()), pair => Assert.Equal(pair.First, pair.Second, Tolerance * largest));
                        Assert.Equal(rules.IsEligible(sequence.TokenIds[window.FirstPosition + row]), window.Eligible[row]);
                    }
                }

                AssertColumns(pool);
            }

            Assert.Equal(group.FirstLayer + group.LayerCount - 1, pool.Layer);
        }
    }

    [Fact]
    public void A_missing_residual_is_named()
    {
        var folder = SharedData.Require(ModelName);
        var rows = Sequences();
        using var run = new ExemplarRun(folder, rows, Options, SpecialIds);
        var residuals = run.Read<ResidualRow>("pool-residuals").Where(row => row.ControlRank != 3);
        var group = LayerGroup.Cut(run.Model.Config.Layers, ExemplarRun.LayersPerGroup)[1];
        var exception = Assert.Throws<ArtifactException>(() => PoolActivations.Open(run.Model, group, rows, residuals, Split.Train, RankingRules.From(Options, SpecialIds), 4));
        Assert.StartsWith("The residuals table has no row for layer 2, control rank 3", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertColumns(PoolActivations pool)
    {
        var copy = new float[21 * pool.Rows];
        pool.CopyNeurons(3, 21, copy);
        for (var row = 0; row < pool.Rows; row++)
        {
            for (var neuron = 0; neuron < 21; neuron++)
            {
                Assert.Equal(pool.Row(row)[3 + neuron], copy[(neuron * pool.Rows) + row]);
            }
        }
    }

    private static void AssertTrace(ExemplarRow exemplar, (SequenceRow Row, float[][] Layers) window, int neuron, float largest, int neurons)
    {
        Assert.Equal(exemplar.Rank < Options.TracedRanks ? window.Row.TokenIds.Length - exemplar.TraceStart : 0, exemplar.Activations.Length);
        for (var i = 0; i < exemplar.Activations.Length; i++)
        {
            Assert.Equal(window.Layers[exemplar.Layer][((exemplar.TraceStart + i) * neurons) + neuron], exemplar.Activations[i], 1e-3f * largest);
        }
    }

    private static (float Magnitude, int Sequence, string Context) Peak(SequenceRow row, float[] activations, int neuron, int polarity, int neurons, RankingRules rules)
    {
        var best = Eligible(row, rules).Select(position => (Magnitude: polarity * activations[(position * neurons) + neuron], Position: position)).DefaultIfEmpty().MaxBy(peak => peak.Magnitude);
        return (best.Magnitude, row.SequenceId, string.Join(',', row.TokenIds[Math.Max(0, best.Position - 7)..(best.Position + 1)]));
    }

    private static IEnumerable<int> Eligible(SequenceRow row, RankingRules rules)
        => Enumerable.Range(0, row.TokenIds.Length).Where(position => position >= rules.PrefixLength(row) && rules.IsEligible(row.TokenIds[position]));

    private static string Text(ExemplarRow row) => FormattableString.Invariant($"{row with { Activations = [] }} {string.Join(' ', row.Activations)}");

    private static string Text(NeuronStatisticsRow row) => FormattableString.Invariant($"{row with { QuantileLevels = [], QuantileValues = [] }} {string.Join(' ', row.QuantileValues)}");

    /// <summary>Three splits, two kinds of prefix and none, lengths from all-prefix to 24 tokens, some windows twice.</summary>
    private static List<SequenceRow> Sequences()
    {
        var random = new Random(11);
        var rows = new List<SequenceRow>();
        foreach (var (split, count) in ((Split, int)[])[(Split.Train, 34), (Split.Valid, 9), (Split.Test, 6)])
        {
            for (var id = 0; id < count; id++)
            {
                int[] prefix = (id % 5) switch { 0 => [], 1 => [9, 3], _ => [3, 40, 41, 3] };
                int[] ids = id % 11 == 10 ? rows[^3].TokenIds : [.. prefix, .. Enumerable.Range(0, random.Next(0, 21)).Select(_ => random.Next(320))];
                var prefixLength = id % 11 == 10 ? rows[^3].PrefixLength : prefix.Length;
                rows.Add(new SequenceRow(split, id, "s", $"d{id}", prefixLength, id % 3 == 0 ? id / 3 : -1, ids.Length == 0 ? [5] : ids));
            }
        }

        return rows;
    }
}
