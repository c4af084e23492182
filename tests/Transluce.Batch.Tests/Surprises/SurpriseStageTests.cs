using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Surprises;

namespace Transluce.Batch.Tests.Surprises;

public sealed class SurpriseStageTests
{
    /// <summary>Without the problem that shows in the meaning alone: these signs do not see it.</summary>
    private static readonly SyntheticSuite Suite = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(41, Models: 2, Epochs: 2,
        Categories: [.. SyntheticSuite.Problems.Select(p => p.Category).Where(c => c != "misread-task")]));

    private static readonly IReadOnlyList<SurpriseRow> Rows = Surprises(Suite);

    [Fact]
    public void Runs_with_a_problem_rank_above_clean_runs_of_the_same_length()
    {
        var score = Rows.GroupBy(row => row.AgentRunId).ToDictionary(rows => rows.Key, rows => rows.Max(row => row.Score));
        var runs = Suite.Runs.ToLookup(run => run.Category != SyntheticSuite.Clean);
        var pairs = (from planted in runs[true]
                     from clean in runs[false]
                     where planted.Messages.Count == clean.Messages.Count
                     select score.GetValueOrDefault(planted.Uuid).CompareTo(score.GetValueOrDefault(clean.Uuid))).ToList();

        Assert.True(pairs.Average(order => order > 0 ? 1 : order == 0 ? 0.5 : 0) > 0.85, $"{pairs.Count} pairs");
    }

    [Fact]
    public void The_place_lies_in_the_evidence()
    {
        var planted = Suite.Runs.Where(run => run.Category != SyntheticSuite.Clean).ToDictionary(run => run.Uuid);
        var first = Rows.Where(row => planted.ContainsKey(row.AgentRunId)).DistinctBy(row => row.AgentRunId).ToList();

        Assert.True(first.Average(row => planted[row.AgentRunId].EvidenceBlocks.Contains(row.BlockIndex) ? 1 : 0) > 0.85);
    }

    [Fact]
    public void A_reason_names_what_was_found_and_its_place_lies_in_the_block()
    {
        var runs = Suite.Runs.ToDictionary(run => run.Uuid);

        Assert.All(Rows, row =>
        {
            Assert.NotEmpty(row.Reason);
            Assert.Equal(SyntheticRows.Blocks(runs[row.AgentRunId], 0)[row.BlockIndex].BlockId, row.BlockId);
            Assert.InRange(row.Start + row.Length, 0, runs[row.AgentRunId].Messages[row.BlockIndex].Text.Length);
        });
        Assert.Contains(Rows, row => row is { Kind: "repeated-call" } && row.Reason.Contains("5 times with the same arguments", StringComparison.Ordinal));
        Assert.Equal(["change", "empty-result", "failing-call", "far", "repeated-call"], Rows.Select(row => row.Kind).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Ranks_count_up_and_scores_go_down()
    {
        Assert.Equal(Enumerable.Range(0, Rows.Count), Rows.Select(row => row.Rank));
        Assert.All(Rows.Zip(Rows.Skip(1)), pair => Assert.True(pair.First.Score >= pair.Second.Score));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void A_change_needs_three_other_runs_of_the_sample(int others, bool found)
    {
        var changes = new SharpChanges();
        var odd = Run("odd", 0, 1);
        changes.Add(odd);
        for (var other = 0; other < others; other++)
        {
            changes.Add(Run($"other {other}", 1, 0.01f * other));
        }

        Assert.Equal(found, changes.In(odd) is not null);

        static SurpriseRun Run(string id, params float[] vector)
        {
            var norm = MathF.Sqrt(vector.Sum(x => x * x));
            return new SurpriseRun(id, "sample", [], [new SurpriseChunk(id, 0, 2, 0, 4, "head", [.. vector.Select(x => x / norm)])], new Dictionary<(int, int), string>());
        }
    }

    [Fact]
    public void Scores_and_limits_of_the_log_change_nothing()
    {
        var suite = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(43, Models: 1));
        var other = suite with { Logs = [.. suite.Logs.Select(log => log with { Runs = [.. log.Runs.Select(run => run with { Task = run.Task with { Answer = "\u0001" } })] })] };

        Assert.Equal(Surprises(suite), Surprises(other));
    }

    private static IReadOnlyList<SurpriseRow> Surprises(SyntheticSuite suite)
    {
        using var shard = new SuiteShard();
        var stages = new SyntheticStages(shard, suite);
        shard.Run(new SurpriseStage(stages.Partitions, stages.Resolve));
        return shard.Rows<SurpriseRow>();
    }
}
