using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.Questions;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("installed", "install")]
    [InlineData("libraries", "library")]
    [InlineData("stopped", "stop")]
    [InlineData("files", "file")]
    [InlineData("file", "file")]
    [InlineData("access", "access")]
    [InlineData("ls", "ls")]
    public void Endings_are_taken_off_alike(string word, string other)
        => Assert.Equal(SearchWords.Stem(other), SearchWords.Stem(word));

    [Fact]
    public void Every_word_knows_its_place()
    {
        const string Text = "No such file: /srv/Data_1.csv\u2014really?";

        Assert.All(SearchWords.Of(Text), word => Assert.Equal(word.Word, SearchWords.Stem(Text.Substring(word.Start, word.Length).ToLowerInvariant())));
        Assert.Contains("csv", SearchWords.Of(Text).Select(word => word.Word));
    }

    [Theory]
    [InlineData("the agent goes round in circles", StructuralTerms.RepeatedCall)]
    [InlineData("it does the same over and over", StructuralTerms.RepeatedCall)]
    [InlineData("the command prints no output", StructuralTerms.EmptyResult)]
    [InlineData("calls that fail", StructuralTerms.ToolError)]
    [InlineData("the request timed out", StructuralTerms.Timeout)]
    public void A_question_reaches_structural_terms_by_ordinary_words(string question, string term)
        => Assert.Contains(term, StructuralTerms.OfQuestion(question));

    [Fact]
    public void An_ordinary_question_reaches_no_structural_term()
        => Assert.Empty(StructuralTerms.OfQuestion("which city has the tallest tower"));

    [Fact]
    public void The_best_passage_holds_most_rare_words()
    {
        var text = string.Concat(Enumerable.Repeat("nothing of note in this line\n", 40)) + "disk quota exceeded on volume seven\n" + string.Concat(Enumerable.Repeat("more of the same, a disk\n", 40));
        var (start, length) = BestPassage.Of(text, SearchWords.OfQuestion("disk quota exceeded"), _ => 1);

        Assert.StartsWith("disk quota exceeded", text.Substring(start, length), StringComparison.Ordinal);
    }

    [Fact]
    public void A_passage_never_splits_a_surrogate_pair()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F600", 400));
        var (start, length) = BestPassage.Of(text, [], _ => 1);

        Assert.False(char.IsHighSurrogate(text[start + length - 1]));
    }
}
