using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Neurons.Scoring;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>Every predictor of the study for one polarity at a time.</summary>
internal sealed class StudyTables(ContextIndex index, TokenWindow[] train, RuleSpace space, TokenVocabulary vocabulary, RegressionFeatures features, PatternRegression regression, int[] patternSizes)
{
    private readonly PolaritySums sums = new(index);
    private readonly BackOffTables tables = new();
    private readonly PatternFitter patterns = new();
    private readonly DescriptionFitter descriptions = new(space);
    private readonly DescriptionParser parser = new(vocabulary);
    private readonly int trainRows = train.Sum(window => window.Length);

    private readonly Dictionary<StudyPolarity, DescriptionSimulator> simulators = [];

    /// <summary>The description of the first polarity, to read.</summary>
    public string FirstText { get; private set; } = "";

    /// <summary>How often a polarity's own description, of five descriptions of the layer, foresees most in one of its top test windows.</summary>
    public double Identify(IReadOnlyList<StudyPolarity> polarities, Func<int, TokenWindow> window)
    {
        var random = new Random(54);
        var (right, asked) = (0.0, 0);
        foreach (var polarity in polarities)
        {
            foreach (var number in polarity.TestWindows.Take(20))
            {
                var scored = window(number);
                var others = Enumerable.Range(0, 4).Select(_ => polarities[random.Next(polarities.Count)]).Where(other => other != polarity);
                var predicted = new float[scored.Length];
                float Largest(StudyPolarity candidate)
                {
                    if (!simulators.TryGetValue(candidate, out var simulator))
                    {
                        return 0;
                    }

                    simulator.Simulate(scored, predicted);
                    return predicted.Max();
                }

                var own = Largest(polarity);
                var best = others.Select(Largest).ToArray();
                // A tie is a guess among those that tie.
                right += best.All(other => own >= other) ? 1.0 / (1 + best.Count(other => other == own)) : 0;
                asked++;
            }
        }

        return right / asked;
    }

    public IEnumerable<(string Name, double Score)> Scores(StudyPolarity polarity, float[] column, Func<int, TokenWindow> window, Func<int, int> firstRow)
    {
        var rectified = Array.ConvertAll(column, value => Math.Max(polarity.Polarity * value, 0));
        var starts = Array.ConvertAll(polarity.TestWindows, item => firstRow(item));
        var windows = Array.ConvertAll(polarity.TestWindows, item => window(item));
        double Score(Simulation simulate)
        {
            var total = default(CorrelationSums);
            var predicted = new float[windows.Max(item => item.Length)];
            var eligible = Enumerable.Repeat(true, predicted.Length).ToArray();
            for (var i = 0; i < windows.Length; i++)
            {
                simulate(windows[i], predicted);
                total.Add(CorrelationSums.Of(predicted.AsSpan(0, windows[i].Length), rectified.AsSpan(starts[i], windows[i].Length), eligible));
            }

            return total.Correlation ?? 0;
        }

        sums.Load(rectified.AsSpan(0, trainRows), [], 0);
        tables.Fit(sums, 1);
        foreach (var (length, name) in new[] { (1, "unigram"), (2, "bigram"), (3, "trigram") })
        {
            yield return ($"{name}, λ = 1", Score((item, predicted) => Lookup(item, predicted, length)));
            yield return ($"  the page's {name}", polarity.Scores[name]);
        }

        foreach (var size in new[] { 10, 30 })
        {
            yield return ($"{size} entries of tokens and bigrams, λ = 3", Score(new PatternSimulator(Entries(size), null).Simulate));
            yield return ($"  the page's entries{size}", polarity.Scores[$"entries{size}"]);
        }

        var description = descriptions.Fit(sums, 1, [10, 20, 30], 512)[^1];
        var (rules, error) = parser.Parse(description.Text);
        if (error is not null || rules.Count != description.Rules.Count)
        {
            throw new InvalidOperationException($"'{description.Text}': {error ?? $"{rules.Count} rules read, {description.Rules.Count} written"}");
        }

        FirstText = FirstText.Length > 0 ? FirstText : description.Text;
        simulators[polarity] = new DescriptionSimulator(rules, vocabulary);
        yield return ("description, from its text (goal .57 .35 .44)", Score(simulators[polarity].Simulate));

        using (var targets = from_array(rectified[..trainRows]).unsqueeze(0))
        {
            var weights = regression.FitAndSubtract(targets)[0];
            var residual = targets.data<float>().ToArray();
            sums.Load(residual, [], 0);
            tables.Fit(sums, 1);
            var rows = new float[64 * RegressionFeatures.Count];
            yield return ("tables in memory (goal .80 .52 .58)", Score((item, predicted) =>
            {
                Lookup(item, predicted, 3);
                features.Compute(item, rows);
                for (var i = 0; i < item.Length; i++)
                {
                    predicted[i] = Math.Max(0, predicted[i] + System.Numerics.Tensors.TensorPrimitives.Dot<float>(rows.AsSpan(i * RegressionFeatures.Count, RegressionFeatures.Count), weights));
                }
            }));
            foreach (var size in patternSizes)
            {
                var stored = patterns.Fit(sums, 1, Math.Max(1, size - RegressionFeatures.Count), size > RegressionFeatures.Count ? weights : []);
                if (size <= RegressionFeatures.Count)
                {
                    sums.Load(rectified.AsSpan(0, trainRows), [], 0);
                    stored = patterns.Fit(sums, 1, size, []);
                    sums.Load(residual, [], 0);
                }

                yield return ($"stored pattern, {size} entries", Score(new PatternSimulator(Pattern.FromRow(stored.ToRow(0, 0, 1)), features).Simulate));
            }
        }
    }

    // The page's way: tokens and bigrams by count × (mean - parent mean)². Where nothing is picked, the mean.
    private Pattern Entries(int size)
    {
        tables.Fit(sums, 3);
        var found = new List<(float Gain, PatternEntry Entry)>();
        for (var length = 1; length <= 2; length++)
        {
            for (var group = 0; group < sums.Count(length); group++)
            {
                var (mean, weight) = (tables.Means(length)[group], sums.Weights(length)[group]);
                var difference = mean - (length == 1 ? tables.Base : tables.Means(1)[sums.ParentOf(2, group)]);
                found.Add((weight * difference * difference, new PatternEntry(sums.ContextOf(length, group), length, mean, weight)));
            }
        }

        return new Pattern(tables.Base, [.. found.OrderByDescending(item => item.Gain).Take(size).Select(item => item.Entry)], []);
    }

    private void Lookup(TokenWindow window, Span<float> predicted, int longest)
    {
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            var value = tables.Base;
            for (var length = longest; length >= 1; length--)
            {
                var group = index.Find(Context.Of(window, position), length);
                if (group >= 0)
                {
                    value = tables.Means(length)[group];
                    break;
                }
            }

            predicted[position - window.First] = value;
        }
    }
}
