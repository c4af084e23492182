using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>Rules of every kind over the bundled vocabulary.</summary>
internal static class RandomRules
{
    private static readonly Gen<int> Token = Gen.Int[0, DemoVocabulary.Value.Size - 1];

    private static readonly Gen<int> Family = Gen.Int[0, TokenFamily.All.Count - 1];

    private static readonly Gen<int> Level = Gen.Int[-100, 100];

    private static readonly Gen<DescriptionRule> One = Gen.OneOf<DescriptionRule>(
        Gen.Select(Token.Array[1, 3], Level).Select((tokens, level) => new DescriptionRule(RuleKind.Tokens, tokens, -1, level)),
        Gen.Select(Gen.Int[-1, DemoVocabulary.Value.Size - 1], Level).Select((token, level) => new DescriptionRule(RuleKind.After, [token], -1, level)),
        Gen.Select(Family, Level).Select((family, level) => new DescriptionRule(RuleKind.Family, [], family, level)),
        Gen.Select(Family, Level).Select((family, level) => new DescriptionRule(RuleKind.AfterFamily, [], family, level)));

    public static Gen<DescriptionRule[]> Any { get; } = One.Array[0, 40];

    /// <summary>Rules as values that compare by what they say.</summary>
    public static IEnumerable<(RuleKind Kind, string Tokens, int Family, int Level)> Say(IEnumerable<DescriptionRule> rules) =>
        rules.Select(rule => (rule.Kind, string.Join(' ', rule.Tokens), rule.Family, rule.Level));
}
