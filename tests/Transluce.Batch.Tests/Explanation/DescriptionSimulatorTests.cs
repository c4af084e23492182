using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class DescriptionSimulatorTests
{
    [Fact]
    public void Levels_of_all_rules_that_fit_add_up_and_below_zero_counts_as_zero() => Gen.Select(RandomRules.Any, Gen.Int[0, 500], Gen.Int[0, 5]).Sample((rules, start, first) =>
    {
        // Windows are built around the rules' own tokens, so that rules of several tokens meet.
        int[] ids = [.. rules.SelectMany(rule => rule.Tokens.Where(token => token >= 0)).Append(start), .. Enumerable.Range(start, 40)];
        var window = new TokenWindow(ids, Math.Min(first, ids.Length - 1));
        var predicted = new float[window.Length];
        new DescriptionSimulator(rules, DemoVocabulary.Value).Simulate(window, predicted);
        for (var offset = 0; offset < window.Length; offset++)
        {
            var position = window.First + offset;
            var sum = rules.Where(rule => Fits(rule, window, position)).Sum(rule => rule.Level);
            Assert.Equal(Math.Max(sum, 0), predicted[offset]);
        }
    }, iter: 500);

    private static bool Fits(DescriptionRule rule, TokenWindow window, int position)
    {
        var previous = position > 0 ? window.TokenIds[position - 1] : -1;
        return rule.Kind switch
        {
            RuleKind.Tokens => position + 1 >= rule.Tokens.Length && window.TokenIds.AsSpan(position + 1 - rule.Tokens.Length, rule.Tokens.Length).SequenceEqual(rule.Tokens),
            RuleKind.After => previous == rule.Tokens[0],
            RuleKind.Family => Holds(rule.Family, window.TokenIds[position]),
            _ => previous >= 0 && Holds(rule.Family, previous),
        };
    }

    private static bool Holds(int family, int token)
    {
        var text = System.Text.Encoding.UTF8.GetString(DemoVocabulary.Value.Bytes(token));
        return !text.Contains('\ufffd', StringComparison.Ordinal) && TokenFamily.All[family].Holds(text);
    }
}
