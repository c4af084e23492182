using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Scoring;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What one shard of the explain stage keeps from layer to layer: the pool's contexts, the factored regression, one explainer per thread.</summary>
internal sealed class LayerGroupExplanation : IDisposable
{
    public const string Explainer = "token-pattern";

    private const int NeuronsPerBlock = 128;
    private const int SampledNeurons = 16;
    private const double RegressionPenalty = 30;

    private readonly PoolActivations train;
    private readonly PoolActivations valid;
    private readonly ScoringOptions scoring;
    private readonly PatternRegression? regression;
    private readonly PoolColumns trainColumns;
    private readonly PoolColumns validColumns;
    private readonly TargetBlock block;
    private readonly ControlDraw controls;
    private readonly ParallelOptions parallel;
    private readonly LayerChoice choice;
    private readonly Func<PolarityExplainer> takeExplainer;
    private readonly Action<PolarityExplainer> returnExplainer;

    public LayerGroupExplanation(SubjectModel model, PoolActivations train, PoolActivations valid, RegressionFeatures features, TokenVocabulary vocabulary, ExplanationOptions options, ScoringOptions scoring)
    {
        (this.train, this.valid, this.scoring) = (train, valid, scoring);
        parallel = new ParallelOptions { MaxDegreeOfParallelism = model.Threads };
        var windows = PlacedWindow.Of(train.Windows);
        var index = ContextIndex.Build(windows);
        var space = RuleSpace.Build(index, vocabulary);
        regression = options.PatternEntries > RegressionFeatures.Count && windows.Length > 0 ? PatternRegression.Build(windows, features, RegressionPenalty, index) : null;
        trainColumns = new PoolColumns(train, NeuronsPerBlock);
        validColumns = new PoolColumns(valid, 1);
        block = new TargetBlock(NeuronsPerBlock, index, regression);
        controls = new ControlDraw(valid.Windows, scoring.Seed);
        var spare = new System.Collections.Concurrent.ConcurrentBag<PolarityExplainer>();
        takeExplainer = () => spare.TryTake(out var own) ? own : new PolarityExplainer(index, space, features, options);
        returnExplainer = spare.Add;
        choice = new LayerChoice(vocabulary, features, takeExplainer, returnExplainer, parallel);
    }

    /// <summary>All train windows.</summary>
    public required SplitWindows TrainWindows { get; init; }

    /// <summary>All valid windows.</summary>
    public required SplitWindows ValidWindows { get; init; }

    /// <summary>Exemplars of a layer within ranges, in key order.</summary>
    public required Func<int, KeyRange[], IEnumerable<ExemplarRow>> Exemplars { get; init; }

    public void Explain(ShardContext shard, int layer, LayerGroup group, CancellationToken cancellationToken)
    {
        var chosen = choice.Choose(layer, [.. Sample(layer)]);
        shard.Table<ExplainerChoiceRow>().Write(chosen);
        var settings = LayerChoice.Settings(chosen);
        using var cursor = new NeuronCursor<ExemplarRow>(Exemplars(layer, []), row => (row.Layer, row.Neuron, row.Polarity));
        for (var first = 0; first < train.Neurons; first += NeuronsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(NeuronsPerBlock, train.Neurons - first);
            var notFinite = trainColumns.Load(first, count);
            shard.Count("activationsNotFinite", notFinite);
            var start = first;
            Parallel.For(0, count, parallel, neuron => block.Set(neuron, trainColumns.Of(start + neuron)));
            block.Regress(count);
            ExemplarRow[][] rows = [.. Enumerable.Range(0, 2 * count).Select(slot => cursor.Take((layer, first + (slot / 2), slot % 2 == 0 ? -1 : 1)).Where(row => row.Split == Split.Train).ToArray())];
            var results = new PolarityResult[2 * count];
            Parallel.For(0, 2 * count, parallel, takeExplainer, (slot, _, own) =>
            {
                results[slot] = Explain(own, slot, rows[slot], settings);
                return own;
            }, returnExplainer);
            for (var slot = 0; slot < results.Length; slot++)
            {
                results[slot].Write(shard, layer, first + (slot / 2), slot % 2 == 0 ? -1 : 1, rows[slot]);
            }

            var before = (long)(layer - group.FirstLayer) * train.Neurons;
            shard.Progress(2 * (before + first + count), 2L * group.LayerCount * train.Neurons, "polarities");
        }
    }

    public void Dispose() => regression?.Dispose();

    private PolarityResult Explain(PolarityExplainer own, int slot, ExemplarRow[] rows, ExplainerSettings settings)
    {
        var target = block.Target(slot, Extras(rows));
        if (!target.Extras.Any() && !target.Rectified.Span.ContainsAnyExcept(0f))
        {
            return new PolarityResult(null, [], "it never fires in this polarity on the train windows");
        }

        var pattern = own.FitPattern(target, settings);
        var descriptions = own.FitDescriptions(target, settings);
        return new PolarityResult(pattern, descriptions, descriptions.Count > 0 ? null : "no rule explains anything of it");
    }

    private ExtraWindow[] Extras(IEnumerable<ExemplarRow> rows) =>
    [
        .. from row in rows
           where !TrainWindows.IsControl(row.SequenceId)
           let scored = TrainWindows.Scored(row)
           where scored is not null
           select new ExtraWindow(scored.Window, scored.Actual),
    ];

    // Evenly spaced neurons, both polarities; copied, because the block is used again for the layer itself.
    private IEnumerable<SampledPolarity> Sample(int layer)
    {
        var step = Math.Max(1, train.Neurons / SampledNeurons);
        int[] sampled = [.. Enumerable.Range(0, train.Neurons).Where(neuron => neuron % step == step / 2).Take(NeuronsPerBlock)];
        for (var i = 0; i < sampled.Length; i++)
        {
            trainColumns.Load(sampled[i], 1);
            block.Set(i, trainColumns.Of(sampled[i]));
        }

        block.Regress(sampled.Length);
        for (var i = 0; i < sampled.Length; i++)
        {
            var neuron = sampled[i];
            validColumns.Load(neuron, 1);
            var rows = Exemplars(layer, [new KeyRange("neuron", neuron, neuron)]).ToArray();
            foreach (var polarity in (int[])[-1, 1])
            {
                var own = rows.Where(row => row.Polarity == polarity).ToArray();
                var target = block.Target(TargetBlock.Slot(i, polarity), Extras(own.Where(row => row.Split == Split.Train)));
                var top = own.Where(row => row.Split == Split.Valid).Take(scoring.Exemplars).ToArray();
                ScoredWindow[] exemplars = [.. top.Select(ValidWindows.Scored).OfType<ScoredWindow>()];
                var drawn = controls.Draw(validColumns.Of(neuron), (layer, neuron, polarity), top.Select(row => row.SequenceId).ToHashSet(), scoring.Controls);
                yield return new SampledPolarity(target with { Rectified = target.Rectified.ToArray(), Residual = target.Residual.ToArray() }, new ScoringSet(exemplars, drawn));
            }
        }
    }
}
