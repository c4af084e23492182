using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class DescriptionParserTests
{
    private const string Marks = "\"\\:;,.-{}u9\0\u202e\ud800 ";

    private static readonly DescriptionParser Parser = new(DemoVocabulary.Value);

    [Fact]
    public void A_description_written_by_hand_is_read_and_predicts()
    {
        var (rules, error) = Parser.Parse("Fires on 80: \" the\" ,numbers;  50:\" of the\" ; -30: after \" of\", after commas and colons");
        Assert.Null(error);
        Assert.Equal([80, 80, 50, -30, -30], rules.Select(rule => rule.Level));
        int[] ids = [DemoVocabulary.Token(" the"), DemoVocabulary.Token(" of"), DemoVocabulary.Token(" the"), DemoVocabulary.Token(","), DemoVocabulary.Token(" the"), DemoVocabulary.Token(" of")];
        var predicted = new float[ids.Length];
        new DescriptionSimulator(rules, DemoVocabulary.Value).Simulate(new TokenWindow(ids, 0), predicted);
        Assert.Equal([80f, 0f, 100f, 0f, 50f, 0f], predicted);
    }

    [Fact]
    public void Longer_quotations_are_matched_by_their_last_three_tokens()
    {
        var (rules, error) = Parser.Parse("Fires on 10: \" the of the of\".");
        Assert.Null(error);
        Assert.Equal([DemoVocabulary.Token(" of"), DemoVocabulary.Token(" the"), DemoVocabulary.Token(" of")], Assert.Single(rules).Tokens);
    }

    [Theory]
    [InlineData("", "begin with 'Fires on '")]
    [InlineData("This neuron likes courts.", "begin with 'Fires on '")]
    [InlineData("Fires on ", "level such as '40:' is expected at character 9")]
    [InlineData("Fires on \"x\"", "level such as '40:' is expected at character 9")]
    [InlineData("Fires on 101: \"x\"", "level such as '40:'")]
    [InlineData("Fires on 1e1: \"x\"", "level such as '40:'")]
    [InlineData("Fires on 99999999999: \"x\"", "level such as '40:'")]
    [InlineData("Fires on 40: unicorns", "a quoted token, a family")]
    [InlineData("Fires on 40: \"\"", "a quoted token, a family")]
    [InlineData("Fires on 40: \"x", "a quoted token, a family")]
    [InlineData("Fires on 40: after \" of the\"", "a quoted token, a family")]
    [InlineData("Fires on 40: \" the\" \" of\"", "',', ';' or the final '.'")]
    [InlineData("Fires on 40: \" the\". And more", "',', ';' or the final '.'")]
    [InlineData("Fires on 40: \" the\",", "a quoted token, a family")]
    [InlineData("Fires on 40: \" the\"; 12:", "a quoted token, a family")]
    public void A_text_in_another_form_is_refused_with_the_reason(string text, string reason)
    {
        var (rules, error) = Parser.Parse(text);
        Assert.Empty(rules);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_long_a_text_is_not_read() =>
        Assert.Contains("at most 4096 are read", Parser.Parse("Fires on " + new string('1', 5000)).Error, StringComparison.Ordinal);

    [Fact]
    public void Damaged_text_is_read_or_refused_and_never_more() => Gen.Select(RandomRules.Any, Gen.Int).Sample((rules, seed) =>
    {
        var random = new Random(seed);
        var text = DescriptionText.Write(rules, DemoVocabulary.Value, 512).Text.ToList();
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(text.Count + 1);
            switch (random.Next(4))
            {
                case 0: text.Insert(at, Marks[random.Next(Marks.Length)]); break;
                case 1 when at < text.Count: text.RemoveAt(at); break;
                case 2 when at < text.Count: text[at] = (char)random.Next(0x10000); break;
                default: text.InsertRange(at, text.Skip(random.Next(text.Count + 1)).Take(random.Next(40)).ToArray()); break;
            }
        }

        var (read, error) = Parser.Parse(new string([.. text]));
        Assert.Equal(error is null, read.Count > 0);
        Assert.All(read, rule => Assert.InRange(rule.Level, -100, 100));
    }, iter: 5000);

    [Theory]
    [InlineData("Fires on ", ":", 4000)]
    [InlineData("Fires on 1: ", "\"", 4000)]
    [InlineData("Fires on 1: ", "numbers,", 500)]
    [InlineData("Fires on 1: ", "\\", 4000)]
    [InlineData("Fires on 1: \"", "\\u{41}", 600)]
    public void Hostile_repetition_is_read_to_its_end(string start, string repeated, int times)
    {
        var (read, error) = Parser.Parse(start + string.Concat(Enumerable.Repeat(repeated, times)));
        Assert.Equal(error is null, read.Count > 0);
    }
}
