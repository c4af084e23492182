using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.Services;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.Questions;

public sealed class ReadStageTests : IDisposable
{
    private const string LockWords = "lock";

    private static readonly SyntheticSuite Suite = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(31, Models: 1));

    private static readonly Question[] Asked = [new() { Id = "lock", Text = "a stale lock, held by a process that is gone, blocks the work" }];

    private readonly SuiteShard shard = new();

    public void Dispose() => shard.Dispose();

    [Fact]
    public void A_chat_model_reads_the_candidates_and_its_citations_are_checked()
    {
        using var server = new ChatService(Answer);
        var stage = Stage(server, candidates: 6);
        shard.Run(stage);
        var matches = shard.Rows<QuestionMatchRow>();
        var citations = shard.Rows<QuestionCitationRow>();
        var bytes = shard.Bytes<QuestionMatchRow>();
        var locked = Suite.Runs.Where(run => run.Category == "stale-lock").Select(run => run.Uuid).ToHashSet();

        Assert.Equal(Enumerable.Range(0, 6), matches.Select(match => match.Rank));
        Assert.Equal(locked.Count, matches.Count(match => match.Decision == true && locked.Contains(match.AgentRunId)));
        Assert.All(matches, match => Assert.Equal(match.Decision == true, match.MatchGroup >= 0));
        Assert.All(matches.Where(match => match.Decision == true), match =>
        {
            var own = citations.Where(c => c.Rank == match.Rank).ToList();
            Assert.Equal([true, false], own.Select(c => c.Valid));
            Assert.Equal("[T0B", match.Reason[own[0].Start..(own[0].Start + 4)]);
            var block = Suite.Runs.Single(run => run.Uuid == match.AgentRunId).Messages[own[0].BlockIndex];
            Assert.Contains(LockWords, block.Text + block.Error, StringComparison.Ordinal);
        });

        var asked = server.Requests.Count;
        shard.Run(stage);
        Assert.Equal(asked, server.Requests.Count);
        Assert.Equal(bytes, shard.Bytes<QuestionMatchRow>());
    }

    [Fact]
    public void An_answer_that_cannot_be_read_is_a_row_without_a_decision()
    {
        using var server = new ChatService((_, _) => "I would rather not say.");
        shard.Run(Stage(server, candidates: 2));

        Assert.All(shard.Rows<QuestionMatchRow>(), match => Assert.Equal((null, -1), (match.Decision, match.MatchGroup)));
        Assert.Empty(shard.Rows<QuestionCitationRow>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Matches_are_grouped_by_what_their_reasons_say(int groups)
    {
        string[] subjects = ["a lock held by a process long gone", "disk full no space left", "module missing not installed", "login refused wrong password", "network timeout slow host"];
        var matches = Enumerable.Range(0, 6 * groups).Select(i => new QuestionMatchRow(
            "q", i, $"run-{i}", true, $"{subjects[i % groups]} seen [T0B{i}]", MatchGroup: -1, "toy", "sha")).ToArray();

        var numbered = MatchGroups.Number(matches, new CachedVectors(new WordHashModel().Open(shard), shard), CancellationToken.None);

        Assert.Equal(groups, numbered.Select(match => match.MatchGroup).Distinct().Count());
        Assert.All(numbered, match => Assert.Equal(numbered[match.Rank % groups].MatchGroup, match.MatchGroup));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7_000)]
    [InlineData(19_900)]
    public void Of_a_long_output_the_model_reads_the_passage_that_was_found(int at)
    {
        const string Passage = "here is what was found \U0001f9ed";
        var text = string.Concat(Enumerable.Repeat("\U0001f4a4", at / 2)) + Passage + new string('.', 20_000 - at);
        var blocks = new CitedBlocks();
        blocks.Add(TranscriptRows.Block(0, 5, "run", "tool", text), []);
        var excerpt = RunExcerpt.Of(new QuestionCandidateRow("q", 0, "run", "chunk", 0, 5, 1, 1, 1, Passage, at), blocks);

        Assert.StartsWith(at == 0 ? "[T0B5]\n  " : "[T0B5]\n(", excerpt, StringComparison.Ordinal);
        Assert.Contains(Passage, excerpt, StringComparison.Ordinal);
        Assert.InRange(excerpt.Length, 2_000, 2_100);
        Assert.Equal(excerpt, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(excerpt)));
    }

    [Fact]
    public void The_passage_is_shown_though_it_stands_in_a_later_block_of_its_turn()
    {
        const string Passage = "what was found";
        var blocks = new CitedBlocks();
        blocks.Add(TranscriptRows.Block(0, 5, "run", "assistant", "I look."), []);
        blocks.Add(TranscriptRows.Block(0, 6, "run", "tool", new string('.', 9_000) + Passage + new string('.', 9_000)), []);

        var excerpt = RunExcerpt.Of(new QuestionCandidateRow("q", 0, "run", "chunk", 0, 5, 1, 1, 1, Passage, 0), blocks);

        Assert.Contains("[T0B5]\n  I look.", excerpt, StringComparison.Ordinal);
        Assert.Contains(Passage, excerpt, StringComparison.Ordinal);
    }

    private ReadStage Stage(ChatService server, int candidates)
    {
        var stages = new SyntheticStages(shard, Suite);
        shard.Run(new QuestionStage(stages.Partitions, stages.Resolve, new WordHashModel(), Asked, new QuestionOptions()));
        var find = shard.Given(new GivenRowsStage("find", GivenRowsStage.Rows(shard.Rows<QuestionCandidateRow>())));
        return new ReadStage(stages.Partitions, stages.Resolve, find, new WordHashModel(), Asked, new ChatOptions { Endpoint = server.Endpoint, Model = "toy" }, candidates);
    }

    /// <summary>A match where a block of the part holds the words; one citation that holds and one that does not.</summary>
    private static string? Answer(string instructions, string material)
    {
        var part = material[material.IndexOf("WHAT THE AGENT DID", StringComparison.Ordinal)..];
        var at = part.IndexOf(LockWords, StringComparison.Ordinal);
        if (at < 0)
        {
            return """{"match": false, "reason": "nothing of the kind"}""";
        }

        var bracket = part.LastIndexOf("\n[T0B", at, StringComparison.Ordinal) + 1;
        var place = part[(bracket + 1)..part.IndexOf(']', bracket)];
        return "Sure: " + new JsonObject
        {
            ["match"] = true,
            ["reason"] = $"A lock stands in the way [{place}:<RANGE>{LockWords}</RANGE>], and more [T0B999].",
        }.ToJsonString();
    }
}
