using System.Diagnostics;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Benchmarks;

/// <summary>Polarities described and scored per second on the study's windows of SmolLM2, forward passes excluded: pattern, three descriptions, both scorers on two sets, null, baselines and interval of each.</summary>
internal static class ExplainingBenchmark
{
    public const double Goal = 150;

    private const int Layer = 14;
    private const int Neurons = 128;
    private const int TopWindows = 20;
    private const int Rounds = 3;

    public static void Run(string modelFolder)
    {
        var study = QualityStudy.Load(Path.Combine(SharedModel.Root, "golden", "smollm2"));
        using var model = new StudyModel(modelFolder, study.Windows, Layer + 1);
        var features = model.Features(study.Train);
        var vocabulary = TokenVocabulary.Of(ModelTokenizer.Load(modelFolder));
        var columns = model.Columns(Layer, [.. Enumerable.Range(0, Neurons)]);
        var train = PlacedWindow.InOrder(study.Train);
        var rows = study.Train.Sum(window => window.Length);
        var index = ContextIndex.Build(train);
        var space = RuleSpace.Build(index, vocabulary);
        using var regression = PatternRegression.Build(train, features, 30, index);
        var block = new TargetBlock(Neurons, index, regression);
        var explainers = new System.Collections.Concurrent.ConcurrentBag<PolarityExplainer>();
        var bootstrap = new Bootstrap(400, 64);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var sets = Enumerable.Range(0, 2 * Neurons).Select(slot => Set(study, columns[slot / 2], slot % 2 == 0 ? -1 : 1, rows)).ToArray();
        var poolTokens = new PoolTokens(train);
        var (best, bestDescribing) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            Parallel.For(0, Neurons, parallel, neuron => block.Set(neuron, columns[neuron].AsSpan(0, rows)));
            block.Regress(Neurons);
            var texts = new IReadOnlyList<Description>[2 * Neurons];
            var patterns = new Pattern[2 * Neurons];
            Parallel.For(0, 2 * Neurons, parallel, () => explainers.TryTake(out var own) ? own : new PolarityExplainer(index, space, features, new ExplanationOptions()), (slot, _, own) =>
            {
                patterns[slot] = own.FitPattern(block.Target(slot, []), ExplainerSettings.Initial);
                texts[slot] = own.FitDescriptions(block.Target(slot, []), ExplainerSettings.Initial);
                return own;
            }, explainers.Add);
            bestDescribing = Math.Min(bestDescribing, Stopwatch.GetElapsedTime(start).TotalSeconds);
            var parser = new DescriptionParser(vocabulary);
            Parallel.For(0, 2 * Neurons, parallel, slot =>
            {
                Candidate[] candidates =
                [
                    new(-1, new PatternSimulator(patterns[slot], features).Simulate, null),
                    .. texts[slot].Select((description, i) => new Candidate(i, new DescriptionSimulator(parser.Parse(description.Text).Rules, vocabulary).Simulate, null)),
                ];
                var other = new DescriptionSimulator(texts[(slot + 2) % texts.Length][^1].Rules, vocabulary);
                var few = new TokenLookup();
                foreach (var window in sets[slot].TrainTop)
                {
                    few.Add(window);
                }

                var pool = poolTokens.Lookup(columns[slot / 2].AsSpan(0, rows), slot % 2 == 0 ? -1 : 1);
                // The pipeline scores on valid and on test.
                for (var split = 0; split < 2; split++)
                {
                    var scoring = new PolarityScoring((Layer, slot / 2, 1), Artifacts.Split.Test, sets[slot].Test, other.Simulate, pool, few.Simulate, 1, sets[slot].TrainTop);
                    _ = scoring.Score(candidates, bootstrap).Count();
                }
            });
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"polarities described and scored per second, forward passes excluded: {2 * Neurons / best:0} (goal {Goal:0}; described alone {2 * Neurons / bestDescribing:0}; pool of {rows} tokens, {parallel.MaxDegreeOfParallelism} threads)"));
    }

    private static (ScoringSet Test, ScoredWindow[] TrainTop) Set(QualityStudy study, float[] column, int polarity, int trainRows)
    {
        var windows = study.Windows;
        var scored = new ScoredWindow[windows.Count];
        var row = 0;
        for (var i = 0; i < scored.Length; i++)
        {
            scored[i] = new ScoredWindow(windows[i], Rectified.Of(column.AsSpan(row, windows[i].Length), polarity), [.. Enumerable.Repeat(true, windows[i].Length)]);
            row += windows[i].Length;
        }

        var ranked = scored[study.Train.Count..].OrderByDescending(window => window.Actual.Max()).ToArray();
        return (new ScoringSet(ranked[..TopWindows], ranked[^TopWindows..]), [.. scored[..study.Train.Count].OrderByDescending(window => window.Actual.Max()).Take(TopWindows)]);
    }
}
