using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

public sealed class DamagedInputTests
{
    private static readonly RankingRules Rules = RankingRules.From(new ExemplarOptions(), new HashSet<int>());

    [Fact]
    public void A_prefix_longer_than_its_window_is_refused_by_name()
        => Assert.StartsWith("Sequence 4 of split Valid has a prefix of 9 tokens, but 3 tokens in all", Message(() => Rules.PrefixLength(new SequenceRow(Split.Valid, 4, "s", "d", 9, -1, [1, 2, 3]))), StringComparison.Ordinal);

    [Fact]
    public void Missing_sequences_are_noticed_before_the_model_runs()
        => Assert.StartsWith("Split Test of the sequences table has sequence 1 where 0 should stand", Message(() => SplitCensus.Take([new SequenceRow(Split.Test, 1, "s", "d", 0, -1, [1])], Split.Test, Rules)), StringComparison.Ordinal);

    [Fact]
    public void A_shard_that_is_missing_from_the_statistics_is_noticed()
    {
        var corpus = new SyntheticCorpus(1, 20, 8, RankingMode.Default, notFinite: false);
        var second = corpus.Collect(new ExemplarOptions { BatchSize = 2, Blocks = 4, K = 2 }, 1, 2).Statistics().First();
        Assert.StartsWith("Statistics of layer 0, neuron 0, split Train go on at block 2; expected block 0", Message(() => new NeuronStatistics(0, 0, Split.Train).Add(second)), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.Throws<ArtifactException>(action).Message;

    private static string Message(Func<object> function) => Assert.Throws<ArtifactException>(function).Message;
}
