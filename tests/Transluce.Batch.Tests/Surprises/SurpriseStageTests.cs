using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Calls;
using Transluce.Batch.Transcripts.Clustering;
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

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(65)]
    [InlineData(120)]
    public void A_change_is_measured_by_the_64_other_runs_with_the_lowest_ids(int count)
    {
        var draws = new Random(7);
        var runs = Enumerable.Range(0, count).Select(i => Run(i, draws)).ToArray();
        var changes = new SharpChanges();
        foreach (var run in runs.OrderBy(_ => draws.Next()))
        {
            changes.Add(run);
        }

        foreach (var run in runs)
        {
            var others = runs.Where(other => other != run).Take(64).Select(other => other.Chunks[0].Vector).ToArray();
            var own = Median(others.Select(other => 1 - FixedDot.Double(run.Chunks[0].Vector, other)));
            var among = Median(others.SelectMany((a, i) => others.Skip(i + 1).Select(b => 1 - FixedDot.Double(a, b))));
            var strength = 0.8 * Saturation.Of(own / Math.Max(among, 0.02), from: 1.3, scale: 0.7);
            var found = changes.In(run);

            Assert.Equal(strength, found?.Strength ?? 0);
            Assert.Contains(count > 65 ? $"64 of the {count - 1} other runs" : $"the {count - 1} other runs", found?.Reason ?? $"64 of the {count - 1} other runs, the {count - 1} other runs", StringComparison.Ordinal);
        }

        Assert.Contains(runs, run => changes.In(run) is not null);

        static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

        static SurpriseRun Run(int number, Random draws)
        {
            // Some runs lie apart from the others.
            var id = $"run {number:000}";
            float[] vector = [number % 8 == 2 ? -1 : 1, .. Enumerable.Range(0, 15).Select(_ => 0.2f * draws.NextSingle())];
            VectorTable.Normalise(vector);
            return new SurpriseRun(id, "sample", [], [new SurpriseChunk(id, 0, 2, 0, 4, "head", vector)], new Dictionary<(int, int), string>());
        }
    }

    [Fact]
    public void The_longest_series_of_failures_is_found_and_its_middle_is_its_place()
    {
        // Letters are calls: f fails, s succeeds. One success does not end a series.
        Assert.Equal((1, 1, 0), Series("sfss"));
        Assert.Equal((4, 12, 0), Series("fffss" + "ssss" + "ffsffss" + "fff"));
        Assert.Equal((3, 4, 0), Series("ssfsffss"));
        Assert.Equal((2, 1, 1), Series("f", "ff"));
        Assert.Equal((2, 1, 0), Series("ff", "ff"));
        Assert.Null(FailingCalls.In(RunOf("ssss")));

        static (int Length, int Block, int Transcript) Series(params string[] transcripts)
        {
            var found = FailingCalls.In(RunOf(transcripts))!;
            var length = found.Reason.StartsWith("A call", StringComparison.Ordinal) ? 1 : int.Parse(found.Reason.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            return (length, found.BlockIndex, found.TranscriptOrdinal);
        }
    }

    [Fact]
    public void A_long_series_of_failures_takes_memory_in_proportion_to_its_length()
    {
        var run = RunOf(new string('f', 20_000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.StartsWith("20000 calls fail", FailingCalls.In(run)!.Reason, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 << 20);
    }

    [Fact]
    public void Scores_and_limits_of_the_log_change_nothing()
    {
        var suite = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(43, Models: 1));
        var other = suite with { Logs = [.. suite.Logs.Select(log => log with { Runs = [.. log.Runs.Select(run => run with { Task = run.Task with { Answer = "\u0001" } })] })] };

        Assert.Equal(Surprises(suite), Surprises(other));
    }

    private static SurpriseRun RunOf(params string[] transcripts) => new("run", "sample",
        [.. transcripts.SelectMany((calls, transcript) => calls.Select((call, i) => new CallFact("run", transcript, i, 0, "tool", "{}", i, 0, 0, "broke", null, call == 'f', false, 0, false)))], [], new Dictionary<(int, int), string>());

    private static IReadOnlyList<SurpriseRow> Surprises(SyntheticSuite suite)
    {
        using var shard = new SuiteShard();
        var stages = new SyntheticStages(shard, suite);
        shard.Run(new SurpriseStage(stages.Partitions, stages.Resolve));
        return shard.Rows<SurpriseRow>();
    }
}
