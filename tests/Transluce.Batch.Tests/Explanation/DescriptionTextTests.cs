using System.Text;
using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class DescriptionTextTests
{
    private static readonly DescriptionParser Parser = new(DemoVocabulary.Value);

    [Fact]
    public void A_text_gives_back_exactly_the_rules_it_was_written_from() => Gen.Select(RandomRules.Any, Gen.OneOf(40, 200, 512, 4096)).Sample((rules, characters) =>
    {
        var description = DescriptionText.Write(rules, DemoVocabulary.Value, characters);
        Assert.True(description.Text.Length <= characters);
        Assert.Empty(RandomRules.Say(description.Rules).Except(RandomRules.Say(rules)));
        if (description.Rules.Count > 0)
        {
            var (read, error) = Parser.Parse(description.Text);
            Assert.Null(error);
            Assert.Equal(RandomRules.Say(description.Rules), RandomRules.Say(read));
        }
    }, iter: 2000);

    [Fact]
    public void Only_the_weakest_rules_are_left_out() => RandomRules.Any.Sample(rules =>
    {
        var everything = DescriptionText.Write(rules, DemoVocabulary.Value, 100_000).Rules;
        var kept = DescriptionText.Write(rules, DemoVocabulary.Value, 200).Rules;
        var left = everything.Except(kept).ToArray();
        Assert.True(left.Length == 0 || kept.Count == 0 || left.Max(rule => Math.Abs(rule.Level)) <= kept.Min(rule => Math.Abs(rule.Level)));
    }, iter: 500);

    [Fact]
    public void Clauses_go_from_the_strongest_level_to_the_most_negative()
    {
        var of = DemoVocabulary.Token(" of");
        var the = DemoVocabulary.Token(" the");
        DescriptionRule[] rules =
        [
            new(RuleKind.Family, [], Family("commas and colons"), -20),
            new(RuleKind.Tokens, [of, the], -1, 100),
            new(RuleKind.Tokens, [the], -1, 100),
            new(RuleKind.After, [of], -1, 12),
            new(RuleKind.After, [TokenWindow.Start], -1, 12),
            new(RuleKind.AfterFamily, [], Family("numbers"), 40),
        ];
        Assert.Equal("Fires on 100: \" of the\", \" the\"; 40: after numbers; 12: after \" of\", the first token; -20: commas and colons.", DescriptionText.Write(rules, DemoVocabulary.Value, 512).Text);
    }

    [Fact]
    public void No_hidden_character_stands_in_a_description() => RandomRules.Any.Sample(rules =>
        Assert.DoesNotContain(DescriptionText.Write(rules, DemoVocabulary.Value, 4096).Text.EnumerateRunes(), rune => Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format), iter: 200);

    private static int Family(string name) => TokenFamily.All.Select((family, i) => (family.Name, i)).Single(pair => pair.Name == name).i;
}
