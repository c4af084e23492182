using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.Questions;

public sealed class QuestionStageTests
{
    private static readonly SyntheticSuite Suite = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(31));

    private static readonly Question[] Asked =
    [
        new() { Id = "lock", Text = "a lock of a process that is long gone blocks the work" },
        new() { Id = "circles", Text = "the same command is given again and again, over and over" },
        new() { Id = "void", Text = "the tool gives no output" },
    ];

    private static readonly IReadOnlyList<QuestionCandidateRow> Rows = Candidates(Asked);

    [Theory]
    [InlineData("lock", "stale-lock")]
    [InlineData("circles", "going-in-circles")]
    [InlineData("void", "no-rows")]
    public void The_runs_with_the_problem_come_first(string question, string category)
    {
        var rows = Rows.Where(row => row.QuestionId == question).ToList();
        var relevant = Suite.Runs.Where(run => run.Category == category).Select(run => run.Uuid).ToHashSet();

        Assert.True(rows.Take(10).Count(row => relevant.Contains(row.AgentRunId)) >= 0.75 * relevant.Count, string.Join('\n', rows.Take(10).Select(r => r.Passage)));
    }

    [Fact]
    public void Each_run_is_a_candidate_once_and_ranks_follow_the_score()
    {
        foreach (var question in Rows.GroupBy(row => row.QuestionId))
        {
            Assert.Equal(Enumerable.Range(0, question.Count()), question.Select(row => row.Rank));
            Assert.Equal(question.Count(), question.Select(row => row.AgentRunId).Distinct().Count());
            Assert.Equal(question.OrderByDescending(row => row.Fused).Select(row => row.Fused), question.Select(row => row.Fused));
        }

        Assert.Equal(["circles", "lock", "void"], Rows.Select(row => row.QuestionId).Distinct());
    }

    [Fact]
    public void The_passage_is_a_part_of_the_chunk_at_its_place()
    {
        var chunks = Suite.Logs.SelectMany(log => log.Runs.SelectMany(SyntheticRows.Chunks)).ToDictionary(chunk => chunk.ChunkId);

        Assert.All(Rows, row => Assert.Equal(row.Passage, chunks[row.ChunkId].Text.Substring(row.PassageStart, row.Passage.Length)));
    }

    [Fact]
    public void Without_questions_there_are_no_candidates()
        => Assert.Empty(Candidates([], SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(31, Models: 1))));

    [Fact]
    public void A_question_without_a_vector_is_searched_by_its_words_with_a_warning()
    {
        using var shard = new SuiteShard();
        var stages = new SyntheticStages(shard, SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(31, Models: 1)));
        shard.Run(new QuestionStage(stages.Partitions, stages.Resolve, new WordHashModel(), [new() { Id = "odd", Text = "?!" }], new QuestionOptions { Candidates = 2 }));

        Assert.Contains("'odd' has no vector", Assert.Single(shard.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, shard.Rows<QuestionCandidateRow>().Count);
    }

    private static IReadOnlyList<QuestionCandidateRow> Candidates(IReadOnlyList<Question> questions, SyntheticSuite? suite = null)
    {
        using var shard = new SuiteShard();
        var stages = new SyntheticStages(shard, suite ?? Suite);
        shard.Run(new QuestionStage(stages.Partitions, stages.Resolve, new WordHashModel(), questions, new QuestionOptions()));
        return shard.Rows<QuestionCandidateRow>();
    }
}
