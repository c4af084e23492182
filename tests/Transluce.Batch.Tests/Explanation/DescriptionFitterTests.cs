using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class DescriptionFitterTests
{
    private static readonly TokenWindow[] Windows = DemoVocabulary.Windows(120, 32);
    private static readonly ContextIndex Index = ContextIndex.Build(PlacedWindow.InOrder(Windows[..80]));
    private static readonly RuleSpace Space = RuleSpace.Build(Index, DemoVocabulary.Value);
    private static readonly DescriptionParser Parser = new(DemoVocabulary.Value);

    private static readonly Gen<Func<Random, float>> Values = Gen.OneOf<Func<Random, float>>(
        _ => 0,
        _ => 3,
        random => (float)random.NextDouble(),
        random => random.Next(500) == 0 ? 7 : 0,
        random => (float)Math.Exp(20 * random.NextDouble()),
        random => 1e-30f * random.Next(3));

    [Fact]
    public void Whatever_the_activations_a_text_keeps_its_limits_and_states_all_its_rules() => Gen.Select(Values, Gen.Int, Gen.OneOf(0f, 1f, 3f), Gen.OneOf(40, 100, 512)).Sample((value, seed, extraWeight, characters) =>
    {
        var random = new Random(seed);
        foreach (var (description, i) in Fit(value, random, extraWeight, characters).Select((description, i) => (description, i)))
        {
            Assert.InRange(description.Text.Length, 1, characters);
            Assert.InRange(description.Rules.Count, 1, 10 * (i + 1));
            var (rules, error) = Parser.Parse(description.Text);
            Assert.Null(error);
            Assert.Equal(RandomRules.Say(description.Rules), RandomRules.Say(rules));
        }
    }, iter: 120);

    [Fact]
    public void One_fitter_gives_the_same_whatever_it_fitted_before()
    {
        var fitter = new DescriptionFitter(Space);
        var sums = new PolaritySums(Index);
        string Text(int seed)
        {
            var random = new Random(seed);
            sums.Load(Activations(value => (float)value.NextDouble(), random), Extras(value => (float)value.NextDouble(), random), 3);
            return fitter.Fit(sums, 1, [10, 20, 30], 512)[^1].Text;
        }

        var first = Text(1);
        Text(2);
        Assert.Equal(first, Text(1));
    }

    [Fact]
    public void A_rule_on_the_token_before_counts_the_exemplars_it_was_summed_over()
    {
        // Fires at 1 after one token, which is rare in the pool and frequent in the exemplars, whatever comes next.
        var before = Windows[..80].SelectMany(window => window.TokenIds.SkipLast(1)).CountBy(token => token).Where(pair => pair.Value is >= 3 and <= 6).MaxBy(pair => pair.Key).Key;
        float[] Fires(TokenWindow window) => [.. Enumerable.Range(0, window.Length).Select(i => i > 0 && window.TokenIds[i - 1] == before ? 1f : 0f)];
        var followed = Windows[..80].Where(window => window.TokenIds.SkipLast(1).Contains(before)).ToArray();
        ExtraWindow[] extras = [.. Enumerable.Repeat(followed, 5).SelectMany(windows => windows).Select(window => new ExtraWindow(window, Fires(window)))];
        var sums = new PolaritySums(Index);
        sums.Load([.. Windows[..80].SelectMany(Fires)], extras, 3);
        var description = new DescriptionFitter(Space).Fit(sums, 1, [1, 2, 3], 512)[^1];
        Assert.Contains((RuleKind.After, $"{before}", -1, 100), RandomRules.Say(description.Rules));
        Assert.DoesNotContain(description.Rules, rule => rule.Level < -10);
    }

    private static IReadOnlyList<Description> Fit(Func<Random, float> value, Random random, float extraWeight, int characters)
    {
        var sums = new PolaritySums(Index);
        sums.Load(Activations(value, random), Extras(value, random), extraWeight);
        return new DescriptionFitter(Space).Fit(sums, 1, [10, 20, 30], characters);
    }

    private static float[] Activations(Func<Random, float> value, Random random) => [.. Enumerable.Range(0, Index.SortedRows.Length).Select(_ => value(random))];

    private static ExtraWindow[] Extras(Func<Random, float> value, Random random) =>
        [.. Windows[80..].Select(window => new ExtraWindow(window, [.. Enumerable.Range(0, window.Length).Select(_ => value(random))]))];
}
