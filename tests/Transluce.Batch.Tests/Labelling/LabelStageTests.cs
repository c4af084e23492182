using System.Text.RegularExpressions;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.Services;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Tests.Labelling;

public sealed partial class LabelStageTests : IDisposable
{
    private readonly SuiteShard shard = new();

    public void Dispose() => shard.Dispose();

    [Theory]
    [InlineData(ClusterUnit.Chunk)]
    [InlineData(ClusterUnit.Run)]
    public void Every_cluster_is_named_by_the_word_of_its_topic_and_cites_members_that_hold_it(ClusterUnit unit)
    {
        var (suite, cluster) = Clustered(topics: 8, unit);

        shard.Run(new LabelStage(suite.Partitions, cluster, new LabelOptions()));

        var labels = shard.Rows<ClusterLabelRow>();
        var citations = shard.Rows<CitationRow>();
        var leaves = Topics(suite, cluster);
        Assert.Equal(8, leaves.Count);
        Assert.Equal(shard.Input(cluster).Read<ClusterRow>().Count(), labels.Count);
        Assert.All(labels, label => Assert.Null(label.FailureReason));
        foreach (var (id, topic) in leaves)
        {
            var label = labels.Single(l => l.ClusterId == id);
            Assert.Equal(PlantedSuite.Word(topic), label.Keywords[0]);
            Assert.StartsWith(PlantedSuite.Word(topic), label.Name, StringComparison.Ordinal);
            Assert.Equal(3, label.CitedRuns.Distinct().Count());
            var own = citations.Where(c => c.OwnerId == $"{id}/ctfidf").ToArray();
            Assert.Equal(3, own.Length);
            Assert.All(own, citation =>
            {
                Assert.True(citation.Valid);
                Assert.Contains(PlantedSuite.Word(topic), citation.Quote!, StringComparison.Ordinal);
                Assert.StartsWith("[R", label.Description[citation.Start..citation.End], StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public void A_chat_model_names_checks_and_merges_and_is_asked_once()
    {
        var (suite, cluster) = Clustered(topics: 3);
        using var server = new ChatService(Answer);
        var options = new LabelOptions { Chat = new ChatOptions { Endpoint = server.Endpoint, Model = "toy", Checked = 5, DuplicateCosine = -1, KeyVariable = "TRANSLUCE_BATCH_TEST_NO_SUCH_KEY" } };

        shard.Run(new LabelStage(suite.Partitions, cluster, options));
        var labels = shard.Rows<ClusterLabelRow>().Where(l => l.Method == "llm").ToDictionary(l => l.ClusterId);
        var bytes = shard.Bytes<ClusterLabelRow>();
        var asked = server.Requests.Count;

        var topics = Topics(suite, cluster);
        Assert.All(topics, pair => Assert.Equal("about " + PlantedSuite.Word(pair.Value), labels[pair.Key].Name));
        Assert.All(labels.Values, l => Assert.Equal(("toy", 64), (l.Model, l.PromptSha256!.Length)));
        Assert.All(shard.Rows<CitationRow>().Where(c => c.OwnerId.EndsWith("/llm", StringComparison.Ordinal)), c => Assert.Equal(c.CitationIndex == 0, c.Valid));
        Assert.Equal([15, 3, 3], [shard.Rows<MemberCheckRow>().Count, shard.Rows<MemberCheckRow>().Count(c => c.Decision == false), shard.Rows<MemberCheckRow>().Count(c => c.Decision is null)]);
        Assert.Equal([topics.Single(t => t.Value == 0).Key], labels.Values.Where(l => l.MergedInto >= 0).SelectMany(l => new[] { l.ClusterId, l.MergedInto }).Where(id => topics[id] == 0));
        Assert.Equal(1, labels.Values.Count(l => l.MergedInto >= 0));
        Assert.All(server.Requests, r => Assert.Equal("Bearer none", r.Authorization));

        shard.Run(new LabelStage(suite.Partitions, cluster, options));
        Assert.Equal(asked, server.Requests.Count);
        Assert.Equal(bytes, shard.Bytes<ClusterLabelRow>());
    }

    [Fact]
    public void The_model_sees_members_and_near_non_members_apart()
    {
        var (suite, cluster) = Clustered(topics: 3);
        using var server = new ChatService((_, _) => "no JSON here");

        shard.Run(new LabelStage(suite.Partitions, cluster, new LabelOptions { Chat = new ChatOptions { Endpoint = server.Endpoint, Model = "toy" } }));

        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request =>
        {
            var parts = request.Material.Split("\nOUTSIDE\n");
            Assert.Single(Words().Matches(parts[0]).Select(m => m.Value).Distinct());
            Assert.DoesNotContain(Words().Match(parts[0]).Value, parts[1], StringComparison.Ordinal);
            Assert.Equal(8, parts[1].Split("--- item").Length - 1);
        });
        Assert.All(shard.Rows<ClusterLabelRow>().Where(l => l.Method == "llm"), l => Assert.Contains("no JSON object", l.FailureReason!, StringComparison.Ordinal));
        Assert.Empty(shard.Rows<MemberCheckRow>());
    }

    [Fact]
    public void A_service_that_refuses_fails_the_shard_with_what_to_do()
    {
        var (suite, cluster) = Clustered(topics: 3);
        using var server = new ChatService((_, _) => null);

        var error = Assert.Throws<ArtifactException>(() => shard.Run(new LabelStage(suite.Partitions, cluster, new LabelOptions { Chat = new ChatOptions { Endpoint = server.Endpoint, Model = "toy", KeyVariable = "SOME_KEY" } })));

        Assert.Contains("did not answer", error.Message, StringComparison.Ordinal);
        Assert.Contains("SOME_KEY", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Names by the planted word; says of the second item of a batch that it does not belong and nothing of the third; merges topic 0 with whatever is larger or first.</summary>
    private static string Answer(string instructions, string material)
    {
        var word = Words().Match(material).Value;
        return instructions switch
        {
            _ when instructions.StartsWith("You name groups of steps", StringComparison.Ordinal)
                => $$"""Sure! {"name": "about {{word}}", "description": "It fails [R0{{Places().Match(material).Groups[1].Value}}:<RANGE>{{word}} tool failed in</RANGE>] and [R0T0B99]."} Bye""",
            _ when instructions.StartsWith("You check", StringComparison.Ordinal)
                => """{"items": [{"item": 0, "belongs": true, "reason": "fits"}, {"item": 1, "belongs": false, "reason": "does not"}, {"item": 3, "belongs": true}, {"item": 4, "belongs": true}, {"item": 0, "belongs": false}, 7]}""",
            _ when instructions.StartsWith("You are given two", StringComparison.Ordinal)
                => $$"""{"same": {{(Words().Matches(material).Any(m => m.Value == PlantedSuite.Word(0)) && Words().Matches(material).Any(m => m.Value == PlantedSuite.Word(1)) ? "true" : "false")}}}""",
            _ => throw new InvalidOperationException("Unknown instructions: " + instructions),
        };
    }

    private (PlantedSuite Suite, Stage Cluster) Clustered(int topics, ClusterUnit unit = ClusterUnit.Chunk)
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 2 * topics, topics);
        shard.Run(new ClusterStage(suite.Partitions, suite.Resolve, new ClusterOptions { Unit = unit, Clusters = topics, Starts = 5, Resamples = 10 }, baseline: null, threads: 2));
        return (suite, shard.Given(new GivenRowsStage("cluster", GivenRowsStage.Rows(shard.Rows<ClusterRow>()), GivenRowsStage.Rows(shard.Rows<ClusterMemberRow>()))));
    }

    private Dictionary<int, int> Topics(PlantedSuite suite, Stage cluster)
        => shard.Input(cluster).Read<ClusterMemberRow>().GroupBy(m => m.ClusterId)
            .ToDictionary(g => g.Key, g => Assert.Single(g.Select(m => suite.TopicOfItem[m.TranscriptOrdinal < 0 ? m.ItemId + "-0" : m.ItemId]).Distinct()));

    [GeneratedRegex("zor[a-z]{2}")]
    private static partial Regex Words();

    [GeneratedRegex(@"\[R0(T0B\d+)\]")]
    private static partial Regex Places();
}
