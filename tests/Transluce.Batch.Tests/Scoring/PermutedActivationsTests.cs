using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Neurons.Scoring;
using Transluce.Batch.Tests.Explanation;

namespace Transluce.Batch.Tests.Scoring;

/// <summary>Where activations have nothing to do with tokens, scores must be what another neuron's description gets.</summary>
public sealed class PermutedActivationsTests(ITestOutputHelper output)
{
    private const int Polarities = 200;
    private const int Length = 64;

    private static readonly bool[] Eligible = [.. Enumerable.Repeat(true, Length)];

    [Fact]
    public void Over_permuted_tokens_the_mean_score_lies_within_the_interval_of_the_null()
    {
        var all = DemoVocabulary.Windows(800, Length);
        var (train, test) = (all[..500], all[500..]);
        var index = ContextIndex.Build(PlacedWindow.InOrder(train));
        var sums = new PolaritySums(index);
        var fitter = new DescriptionFitter(RuleSpace.Build(index, DemoVocabulary.Value));
        var random = new Random(11);
        var simulated = new float[Polarities][];
        var actual = new float[Polarities][];
        var neurons = PlantedNeuron.Draw(Polarities, train, random);
        for (var polarity = 0; polarity < Polarities; polarity++)
        {
            var onTrain = neurons[polarity].Activations(train, random);
            actual[polarity] = neurons[polarity].Activations(test, random);
            random.Shuffle(onTrain);
            random.Shuffle(actual[polarity]);
            sums.Load(onTrain, [], 0);
            simulated[polarity] = Simulate(test, new DescriptionSimulator(fitter.Fit(sums, 1, [10, 20, 30], 512)[^1].Rules, DemoVocabulary.Value));
        }

        var sets = actual.Select(values => Set(values, random)).ToArray();
        double Mean(int shift) => Enumerable.Range(0, Polarities).Average(polarity => Score(sets[polarity], simulated[(polarity + shift) % Polarities], actual[polarity]));

        // Every other assignment of descriptions to polarities along the cycle gives one mean of the null.
        var nulls = Enumerable.Range(1, Polarities - 1).Select(Mean).Order().ToArray();
        var (low, high) = (nulls[(int)(0.025 * nulls.Length)], nulls[^(1 + (int)(0.025 * nulls.Length))]);
        output.WriteLine($"mean score {Mean(0):F4}, null {nulls.Average():F4}, its 95 % interval {low:F4} … {high:F4}");
        Assert.InRange(Mean(0), low, high);
    }

    private static float[] Simulate(TokenWindow[] windows, DescriptionSimulator simulator)
    {
        var predicted = new float[windows.Length * Length];
        for (var i = 0; i < windows.Length; i++)
        {
            simulator.Simulate(windows[i], predicted.AsSpan(i * Length, Length));
        }

        return predicted;
    }

    private static double Score(int[] windows, float[] simulated, float[] actual)
    {
        var total = default(CorrelationSums);
        foreach (var window in windows)
        {
            total.Add(CorrelationSums.Of(simulated.AsSpan(window * Length, Length), actual.AsSpan(window * Length, Length), Eligible));
        }

        return total.Correlation ?? 0;
    }

    // The 20 windows of highest peak and 20 random others.
    private static int[] Set(float[] values, Random random)
    {
        int[] ranked = [.. Enumerable.Range(0, values.Length / Length).OrderByDescending(window => values.AsSpan(window * Length, Length).ToArray().Max())];
        var rest = ranked[20..];
        random.Shuffle(rest);
        return [.. ranked[..20], .. rest[..20]];
    }
}
