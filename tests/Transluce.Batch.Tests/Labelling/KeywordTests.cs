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
        var words = new ClassKeywords(Repeated("file", "timeout", "connection", "pandas", "import"));
        for (var i = 0; i < 10; i++)
        {
            words.Add(1, ["file", "timeout", "connection", $"host{i}"], alone: false);
            words.Add(2, ["file", "pandas", "import"], alone: false);
        }

        words.Add(1, ["once"], alone: false);

        Assert.Equal(["connection", "timeout"], words.Best(1, 5).Select(keyword => keyword.Word));
        Assert.Equal(["import", "pandas"], words.Best(2, 2).Select(keyword => keyword.Word));
        Assert.Empty(words.Best(3, 5));
    }

    [Fact]
    public void A_member_counts_a_word_once()
    {
        var words = new ClassKeywords(Repeated("loud", "quiet"));
        words.Add(1, [.. Enumerable.Repeat("loud", 1_000), "quiet"], alone: false);
        words.Add(1, ["quiet", "loud", "quiet"], alone: false);
        words.Add(2, ["other"], alone: true);

        Assert.Equal(words.Best(1, 2)[0].Weight, words.Best(1, 2)[1].Weight);
    }

    [Fact]
    public void Leaving_out_words_of_one_member_changes_no_keyword_and_no_weight()
    {
        var random = new Random(7);
        string[][] members = [.. Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 12).Select(_ => $"w{(int)(200 * random.NextDouble() * random.NextDouble())}").Distinct().ToArray())];
        var repeated = new RepeatedWords();
        var all = new RepeatedWords();
        foreach (var word in members.SelectMany(words => words))
        {
            repeated.Add(word);
            all.Add(word);
            all.Add(word);
        }

        Assert.Contains(members.SelectMany(words => words).Distinct(), word => !repeated.Contains(word));
        var (lean, full) = (new ClassKeywords(repeated), new ClassKeywords(all));
        for (var i = 0; i < members.Length; i++)
        {
            lean.Add(Cluster(i), members[i], alone: Cluster(i) == 9);
            full.Add(Cluster(i), members[i], alone: Cluster(i) == 9);
        }

        Assert.All(Enumerable.Range(0, 5).Append(9), cluster => Assert.Equal(full.Best(cluster, 50), lean.Best(cluster, 50)));

        // One cluster has a single member, whose words count though they occur once.
        static int Cluster(int member) => member == 59 ? 9 : member % 5;
    }

    private static RepeatedWords Repeated(params string[] words)
    {
        var repeated = new RepeatedWords();
        foreach (var word in words.Concat(words))
        {
            repeated.Add(word);
        }

        return repeated;
    }
}
