using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>What one shard of the score stage keeps from layer to layer.</summary>
internal sealed class LayerGroupScoring(int threads, PoolActivations[] pools, SplitWindows[] windows, RegressionFeatures features, ScoringOptions options)
{
    private const int NeuronsPerBlock = 32;

    private static readonly Split[] Scored = [Split.Valid, Split.Test];

    private readonly PoolColumns[] columns = [.. pools.Select(pool => new PoolColumns(pool, NeuronsPerBlock))];
    private readonly ControlDraw[] draws = [.. pools.Select(pool => new ControlDraw(pool.Windows, options.Seed))];
    private readonly PoolTokens trainTokens = new(PlacedWindow.Of(pools[(int)Split.Train].Windows));
    private readonly Bootstrap bootstrap = new(options.BootstrapResamples, options.Seed);
    private readonly ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads };

    public void Score(ShardContext shard, int layer, LayerGroup group, LayerDescriptions descriptions, IEnumerable<PatternRow> patternRows, ArtifactReader merged, CancellationToken cancellationToken)
    {
        var only = new KeyRange("layer", layer, layer);
        var maxima = merged.Read<NeuronStatisticsRow>(only).Where(row => row.Split == Split.Train).ToDictionary(row => row.Neuron, row => (row.Minimum, row.Maximum));
        using var patterns = new NeuronCursor<PatternRow>(patternRows, row => (row.Layer, row.Neuron, row.Polarity));
        using var exemplars = new NeuronCursor<ExemplarRow>(merged.Read<ExemplarRow>(only), row => (row.Layer, row.Neuron, row.Polarity));
        var neurons = pools[0].Neurons;
        for (var first = 0; first < neurons; first += NeuronsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(NeuronsPerBlock, neurons - first);
            foreach (var column in columns)
            {
                shard.Count("activationsNotFinite", column.Load(first, count));
            }

            var inputs = Enumerable.Range(0, 2 * count).Select(slot => (layer, first + (slot / 2), slot % 2 == 0 ? -1 : 1))
                .Select(key => (Key: key, Pattern: patterns.Take(key), Exemplars: exemplars.Take(key))).ToArray();
            var results = new ScoreRow[inputs.Length][];
            Parallel.For(0, inputs.Length, parallel, slot =>
            {
                var (key, pattern, rows) = inputs[slot];
                var (minimum, maximum) = maxima.GetValueOrDefault(key.Item2);
                results[slot] = Score(key, descriptions, pattern, rows, (key.Item3 > 0 ? maximum : -minimum) / 2);
            });
            foreach (var row in results.SelectMany(rows => rows))
            {
                shard.Table<ScoreRow>().Write(row);
                shard.Count("unscored", row.FailureReason is null ? 0 : 1);
            }

            var before = (long)(layer - group.FirstLayer) * neurons;
            shard.Progress(2 * (before + first + count), 2L * group.LayerCount * neurons, "polarities");
        }
    }

    private ScoreRow[] Score(
        (int Layer, int Neuron, int Polarity) key, LayerDescriptions descriptions, IReadOnlyList<PatternRow> patterns, IReadOnlyList<ExemplarRow> exemplars, float firingThreshold)
    {
        var trainExemplars = Windows(exemplars, Split.Train);
        var pool = trainTokens.Lookup(columns[(int)Split.Train].Of(key.Neuron), key.Polarity);
        var fromExemplars = new TokenLookup();
        foreach (var window in trainExemplars)
        {
            fromExemplars.Add(window);
        }

        Candidate[] candidates = [.. patterns.Select(PatternCandidate), .. descriptions.Of(key.Neuron, key.Polarity)];
        var rows = new List<ScoreRow>();
        foreach (var split in Scored)
        {
            var top = Windows(exemplars, split);
            var drawn = draws[(int)split].Draw(columns[(int)split].Of(key.Neuron), key, exemplars.Where(row => row.Split == split).Take(options.Exemplars).Select(row => row.SequenceId).ToHashSet(), options.Controls);
            var scoring = new PolarityScoring(
                key, split, new ScoringSet(top, drawn), descriptions.NullFor(key.Neuron, key.Polarity), pool, fromExemplars.Simulate, firingThreshold, trainExemplars);
            rows.AddRange(scoring.Score(candidates, bootstrap));
        }

        return [.. rows.OrderBy(row => row.Candidate).ThenBy(row => row.Scorer, StringComparer.Ordinal).ThenBy(row => row.Split)];
    }

    private Candidate PatternCandidate(PatternRow row) => row.FailureReason is null
        ? new Candidate(-1, new PatternSimulator(Pattern.FromRow(row), features).Simulate, null)
        : new Candidate(-1, null, row.FailureReason);

    private ScoredWindow[] Windows(IEnumerable<ExemplarRow> exemplars, Split split) =>
        [.. exemplars.Where(row => row.Split == split).Take(options.Exemplars).Select(windows[(int)split].Scored).OfType<ScoredWindow>()];
}
