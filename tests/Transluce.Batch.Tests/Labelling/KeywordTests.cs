using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Tests.Labelling;

public sealed class KeywordTests
{
    [Fact]
    public void Words_are_cut_at_what_is_no_letter_and_function_words_are_left_out()
        => Assert.Equal(
            ["modulenotfounderror", "module", "named", "pandas_ta", "pip-tools", "größe"],
            KeywordWords.Of("ModuleNotFoundError: No module named 'pandas_ta' 123 -- pip-tools, and the Größe\u0000\u202E_ x"));

    [Fact]
    public void Broken_text_and_endless_words_do_no_harm()
        => Assert.Equal(["fine"], KeywordWords.Of("\uD800 fine \uDC00" + new string('a', 100_000) + "\u001b[31m").Where(word => word != "31m"));

    [Fact]
    public void Keywords_are_frequent_in_their_class_and_rare_outside()
    {
        var words = new ClassKeywords();
        for (var i = 0; i < 10; i++)
        {
            words.Add(1, ["file", "timeout", "connection", $"host{i}"]);
            words.Add(2, ["file", "pandas", "import"]);
        }

        words.Add(1, ["once"]);

        Assert.Equal(["connection", "timeout"], words.Best(1, 5).Select(keyword => keyword.Word));
        Assert.Equal(["import", "pandas"], words.Best(2, 2).Select(keyword => keyword.Word));
        Assert.Empty(words.Best(3, 5));
    }

    [Fact]
    public void A_member_counts_a_word_once()
    {
        var words = new ClassKeywords();
        words.Add(1, [.. Enumerable.Repeat("loud", 1_000), "quiet"]);
        words.Add(1, ["quiet", "loud", "quiet"]);
        words.Add(2, ["other"]);

        Assert.Equal(words.Best(1, 2)[0].Weight, words.Best(1, 2)[1].Weight);
    }
}
