using System.Text;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class TokenFamilyTests
{
    private const string Begin = "<!-- families: generated; 'make accept' renews them -->";
    private const string End = "<!-- end of families -->";

    [Fact]
    public void Names_are_unique_and_cannot_be_taken_for_anything_else()
    {
        Assert.Equal(TokenFamily.All.Count, TokenFamily.All.Select(family => family.Name).Distinct().Count());
        Assert.All(TokenFamily.All, family =>
        {
            Assert.DoesNotContain(family.Name, character => ",;.:\"\\".Contains(character, StringComparison.Ordinal));
            Assert.Equal(family.Name.Trim(), family.Name);
            Assert.False(family.Name.StartsWith("after ", StringComparison.Ordinal) || family.Name.StartsWith("the first token", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_name_is_read_back_from_a_description()
    {
        var parser = new DescriptionParser(DemoVocabulary.Value);
        for (var family = 0; family < TokenFamily.All.Count; family++)
        {
            var (rules, error) = parser.Parse($"Fires on 7: {TokenFamily.All[family].Name}; 3: after {TokenFamily.All[family].Name}.");
            Assert.Null(error);
            Assert.Equal([(RuleKind.Family, "", family, 7), (RuleKind.AfterFamily, "", family, 3)], RandomRules.Say(rules));
        }
    }

    [Theory]
    [InlineData(" 1987", "numbers")]
    [InlineData(" Court", "capitalised words")]
    [InlineData("Court", "capitals without a space before")]
    [InlineData(" running", "words in -ing")]
    [InlineData(" unhappy", "words in un-")]
    [InlineData(" Of", "prepositions")]
    [InlineData(" —", "hyphens and dashes")]
    [InlineData("\n", "line breaks")]
    [InlineData("日", "Chinese characters")]
    public void A_family_holds_what_it_says(string text, string name) => Assert.True(TokenFamily.All.Single(family => family.Name == name).Holds(text));

    [Fact]
    public void No_family_holds_the_empty_text() => Assert.DoesNotContain(TokenFamily.All, family => family.Holds(""));

    [Fact]
    public void The_page_lists_every_family()
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "src", "Transluce.Batch.Neurons", "Explanation", "README.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"'{path}' lacks the marks around the list of families");
        var expected = new StringBuilder(Begin).Append("\n| family | the token, blanks around it left out |\n|---|---|\n");
        foreach (var family in TokenFamily.All)
        {
            expected.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {family.Name} | {family.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, page[..begin] + expected + page[end..]);
            return;
        }

        Assert.Equal(expected.ToString(), page[begin..end]);
    }
}
