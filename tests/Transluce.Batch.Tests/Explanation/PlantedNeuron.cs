using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>A neuron built to fire by known rules: levels of rules that fit a position add up, a little noise on top.</summary>
/// <param name="Rules">Tokens, bigrams or families with their levels, the strongest 100.</param>
internal sealed record PlantedNeuron(IReadOnlyList<DescriptionRule> Rules)
{
    private const float Noise = 0.02f;

    /// <summary>max(activation, 0) over all tokens of the windows, one after the other; the strongest rule gives 2.</summary>
    public float[] Activations(IReadOnlyList<TokenWindow> windows, Random random)
    {
        var simulator = new DescriptionSimulator(Rules, DemoVocabulary.Value);
        var values = new float[windows.Sum(window => window.Length)];
        var row = 0;
        foreach (var window in windows)
        {
            simulator.Simulate(window, values.AsSpan(row, window.Length));
            row += window.Length;
        }

        // Sum of uniforms: about normal, half of it below zero and so rectified away.
        return [.. values.Select(value => Math.Max(0, (value / 50) + (Noise * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))))];
    }

    /// <summary>Token sets, sets of bigrams and families in turn, all of which occur often enough in <paramref name="windows"/> to be learnt and are told apart by them.</summary>
    public static PlantedNeuron[] Draw(int count, IReadOnlyList<TokenWindow> windows, Random random)
    {
        var tokens = windows.SelectMany(window => window.TokenIds).CountBy(token => token).ToDictionary();
        var bigrams = windows.SelectMany(window => window.TokenIds.Zip(window.TokenIds.Skip(1))).CountBy(pair => pair).ToDictionary();
        int[] frequentTokens = [.. tokens.Where(pair => pair.Value >= 20 && DemoVocabulary.Value.Quote(pair.Key) is not null).Select(pair => pair.Key).Order()];

        // Neither token of a planted bigram nearly always goes with the other: else the token alone would say the same.
        (int, int)[] frequentBigrams = [.. bigrams.Where(pair => pair.Value >= 20 && tokens[pair.Key.First] >= 3 * pair.Value && tokens[pair.Key.Second] >= 3 * pair.Value
            && DemoVocabulary.Value.Quote(pair.Key.First, pair.Key.Second) is not null).Select(pair => pair.Key).Order()];
        int[] families = [.. Enumerable.Range(0, TokenFamily.All.Count).Where(family => Members(family, tokens).Count() >= 5 && Members(family, tokens).Sum(token => tokens[token]) >= 100)];

        return
        [
            .. Enumerable.Range(0, count).Select(i => new PlantedNeuron(
            [
                .. (i % 3) switch
                {
                    0 => Pick(frequentTokens, random.Next(2, 7), random).Select((token, j) => new DescriptionRule(RuleKind.Tokens, [token], -1, Level(j, random))),
                    1 => Pick(frequentBigrams, random.Next(1, 5), random).Select((pair, j) => new DescriptionRule(RuleKind.Tokens, [pair.Item1, pair.Item2], -1, Level(j, random))),
                    _ => Pick(families, 1, random).Select(family => new DescriptionRule(RuleKind.Family, [], family, 100)),
                },
            ])),
        ];
    }

    private static int Level(int number, Random random) => number == 0 ? 100 : random.Next(40, 101);

    private static IEnumerable<int> Members(int family, Dictionary<int, int> tokens) => tokens.Keys.Where(token => DemoVocabulary.Value.FamiliesOf(token).Contains(family));

    private static T[] Pick<T>(T[] from, int count, Random random) => [.. random.GetItems(from, 4 * count).Distinct().Take(count)];
}
