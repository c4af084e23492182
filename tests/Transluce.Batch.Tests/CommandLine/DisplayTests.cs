using Snapshooter.Xunit3;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.Tests.CommandLine;

public sealed class DisplayTests
{
    [Fact]
    public void Tokens_are_marked_by_their_share_of_the_peak() => Assert.Equal(
        "… the «cat» ‹sat› on…",
        ShadedTokens.Render(["On", " the", " cat", " sat", " on", " it"], [0, 0.1f, 2, 0.5f, 0.3f, 0], peak: 2, start: 0, before: 1, after: 2, colours: false));

    [Fact]
    public void Text_of_a_corpus_cannot_act_on_the_terminal()
    {
        string[] hostile = ["\u001b[31m", "\n", "\r", "\a", "\u202e", "\u200b", "[red]", "\u2028", "\ud800", "\U000e0041"];
        var plain = ShadedTokens.Render(hostile, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 0, 20, 20, colours: false);
        Assert.Equal("«\\u{1B}[31m»«\\n»«\\r»«\\u{7}»«\\u{202E}»«\\u{200B}»«[red]»«\\u{2028}»«\ufffd»«\\u{E0041}»", plain);

        var terminal = new CapturedTerminal(colours: true);
        terminal.Terminal.Markup("", ShadedTokens.Render(hostile, [1], 0, 0, 20, 20, colours: true));
        Assert.Contains("[red]", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31m", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_neuron_page_shows_statistics_scores_and_exemplars()
    {
        var terminal = new CapturedTerminal();
        NeuronPage.Write(terminal.Terminal, Statistics(), [
            new NeuronReport(Description(1, .71f), [Score(0, Split.Valid), Score(0, Split.Test), Score(-1, Split.Test)], [Exemplar(0), Exemplar(1)]),
            new NeuronReport(Description(-1, null) with { Text = "", Candidate = -1, FailureReason = "never below \u001b[0m zero" }, [], []),
        ]);
        Snapshot.Match(terminal.Output);
    }

    [Fact]
    public void A_summary_compares_with_null_and_baselines_and_names_the_best()
    {
        var descriptions = Enumerable.Range(0, 200).SelectMany(i => new[] { Description(-1, i / 250f) with { Neuron = i }, Description(1, (i % 7) / 10f) with { Neuron = i } });
        var scores = Enumerable.Range(0, 200).SelectMany(i => new[] { Score(-1, Split.Test) with { Neuron = i, Polarity = -1 }, Score(0, Split.Test) with { Neuron = i, Polarity = -1 } });
        var summary = RunSummary.Of(descriptions, scores);
        Assert.Equal(Enumerable.Range(190, 10).Reverse(), summary.Best.Select(row => row.Neuron));
        Assert.Equal(200, summary.PoolLookups.Count);
        var terminal = new CapturedTerminal();
        SummaryPage.Write(terminal.Terminal, summary);
        SummaryPage.WriteBest(terminal.Terminal, [.. summary.Best.Take(2).Select(row => (row, (IReadOnlyList<ShownExemplar>)[Exemplar(0)]))]);
        Snapshot.Match(terminal.Output);
    }

    [Fact]
    public void Quantities_read_well() => Assert.Equal(
        ["0", "999", "1.0 k", "12.3 k", "95 M is 95.0 M", "1.5 GB", "0 s", "3.2 s", "90 s", "2:20 min", "1:02:03 h", "2.0 days", "-"],
        [Quantity.Count(0), Quantity.Count(999), Quantity.Count(1000), Quantity.Count(12_345), $"95 M is {Quantity.Count(95e6)}", Quantity.Bytes(1.5e9), Quantity.Time(0.01), Quantity.Time(3.21), Quantity.Time(90), Quantity.Time(140), Quantity.Time(3723), Quantity.Time(172_800), Quantity.Score(null)]);

    private static NeuronStatisticsRow Statistics() => new(3, 117, Split.Train, 123_456, 0, 0.0123, 0.456, 0.42, -1.25f, 8.5f, [1e-3, 0.5, 0.999], [-1.1f, 0, 7.25f], false);

    private static DescriptionRow Description(int polarity, float? score) =>
        new(3, 117, polarity, "Fires on \" cat\" after \"the\".", "token-pattern", 0, .7f, score, score - .1f, score + .1f, .02f, .75f, false, null);

    private static ScoreRow Score(int candidate, Split split) =>
        new(3, 117, 1, candidate, "simulation", split, .71f, .6f, .8f, .02f, .5f, .4f, .9f, .8f, .85f, 40, 2560, null);

    private static ShownExemplar Exemplar(int rank) => new(
        new ExemplarRow(3, 117, 1, Split.Train, rank, 8.5f - rank, 2, 12, 0, []), "web.jsonl", ["On", " the", " cat", " sat", "\n"], [0, 0.1f, 8.5f, 2, 0], Start: 0);
}
