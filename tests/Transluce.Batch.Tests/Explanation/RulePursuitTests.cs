using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>The pursuit never touches single tokens; these tests do.</summary>
public sealed class RulePursuitTests
{
    private static readonly TokenWindow[] Windows = DemoVocabulary.Windows(60, 24);
    private static readonly TokenWindow[] Pool = Windows[..40];
    private static readonly ContextIndex Index = ContextIndex.Build(PlacedWindow.InOrder(Pool));
    private static readonly RuleSpace Space = RuleSpace.Build(Index, DemoVocabulary.Value);

    [Fact]
    public void What_is_left_at_every_candidate_is_the_sum_over_its_tokens() => Gen.Select(Gen.Int, Gen.OneOf(0f, 1f, 3f)).Sample((seed, extraWeight) =>
    {
        var random = new Random(seed);
        var tokens = new List<Token>();
        float[] Values(TokenWindow window) => [.. Enumerable.Range(0, window.Length).Select(_ => random.Next(3) == 0 ? (float)random.NextDouble() : 0)];
        float[][] pool = [.. Pool.Select(Values)];
        ExtraWindow[] extras = [.. Windows[40..].Select(window => new ExtraWindow(window, Values(window)))];
        foreach (var (window, values) in Pool.Zip(pool))
        {
            tokens.AddRange(values.Select((value, i) => new Token(Context.Of(window, i), value, 1)));
        }

        if (extraWeight > 0)
        {
            tokens.AddRange(extras.SelectMany(extra => extra.Rectified.Select((value, i) => new Token(Context.Of(extra.Window, i), value, extraWeight))));
        }

        var sums = new PolaritySums(Index);
        sums.Load([.. pool.SelectMany(values => values)], extras, extraWeight);
        var pursuit = new RulePursuit(Space);
        pursuit.Start(sums, 1);
        for (var step = 0; step < 12; step++)
        {
            // Any rule will do, not only good ones: all kinds, and those of the extra windows alone.
            var place = step % 3 == 0 ? pursuit.Best(out _) : random.Next(pursuit.Count);
            if (place >= 0 && !pursuit.Taken.Contains(pursuit.At(place)))
            {
                pursuit.Take(place, 1e-6f);
            }
        }

        var (constant, values2) = pursuit.Applied;
        var left = tokens.Select(token => token.Weight * (token.Value - constant - pursuit.Taken.Select((rule, i) => Fits(pursuit, sums, rule, token.Context) ? values2[i] : 0).Sum())).ToArray();
        for (var place = 0; place < pursuit.Count; place += 7)
        {
            var rule = pursuit.At(place);
            var fitting = tokens.Select((token, i) => (token, i)).Where(item => Fits(pursuit, sums, rule, item.token.Context)).ToArray();
            var (sum, weight) = pursuit.Left(place);
            Assert.Equal(fitting.Sum(item => item.token.Weight), weight, 1e-3 * (1 + weight));
            Assert.Equal(fitting.Sum(item => left[item.i]), sum, 1e-3 * (1 + weight));
        }
    }, iter: 12);

    [Fact]
    public void The_values_are_those_of_least_squares_with_a_free_constant()
    {
        // y = 1 everywhere, 5 on the first rule, 3 more on the second, which holds half of the first.
        var system = new RidgeSystem(4);
        system.Start(100 + (5 * 20) + (3 * 30), 100);
        system.Add(20 + (5 * 20) + (3 * 10), 20, []);
        system.Add(30 + (5 * 10) + (3 * 30), 30, [10]);
        Assert.Equal([1, 5, 3], system.Solve(2, 0).ToArray().Select(value => Math.Round(value, 9)));

        // A rule that says the same as an earlier one adds nothing, and breaks nothing.
        system.Add(20 + (5 * 20) + (3 * 10), 20, [20, 10]);
        Assert.Equal([1, 5, 3, 0], system.Solve(3, 0).ToArray().Select(value => Math.Round(value, 6)));
        Assert.Equal([1, 5, 3], system.Solve(2, 0).ToArray().Select(value => Math.Round(value, 9)));
    }

    private static bool Fits(RulePursuit pursuit, PolaritySums sums, RuleCandidate rule, ulong context) => rule.Kind switch
    {
        RuleKind.Tokens => Context.Shorten(context, rule.Length) == sums.ContextOf(rule.Length, rule.Group),
        RuleKind.After => Context.Token(context, 1) == pursuit.PredecessorToken(rule.Group),
        RuleKind.Family => DemoVocabulary.Value.FamiliesOf(Context.Token(context, 0)).Contains(rule.Group),
        _ => DemoVocabulary.Value.FamiliesOf(Context.Token(context, 1)).Contains(rule.Group),
    };

    private sealed record Token(ulong Context, float Value, float Weight);
}
