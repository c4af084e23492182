using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Surprises;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>Surprises on problems planted by others. Strengths and thresholds were fixed on suites of our own (see the README of Surprises).</summary>
public sealed class PlantedSurpriseTests(PlantedA planted, ITestOutputHelper output) : IClassFixture<PlantedA>
{
    /// <summary>Runs are compared with runs of about the same number of messages: one turn more or less.</summary>
    private const int MessagesApart = 2;

    [Fact]
    public void Planted_runs_rank_above_clean_runs_of_the_same_length_and_the_place_lies_in_the_evidence()
    {
        var (suite, shard) = (planted.Suite, planted.Suite.Shard);
        shard.Run(new SurpriseStage(suite.Partitions, suite.Resolve));
        var first = shard.Rows<SurpriseRow>().GroupBy(row => row.AgentRunId).ToDictionary(rows => rows.Key, rows => rows.MinBy(row => row.Rank)!);
        var surprises = Area(run => first.GetValueOrDefault(run.AgentRunId)?.Score ?? 0);
        output.WriteLine($"area under the curve, matched by messages: surprises {surprises:F3}, length alone {Area(run => run.Messages):F3}, score alone {Area(run => -(run.Score ?? 0)):F3}");

        var placed = suite.Runs.Where(run => run.Planted && first.ContainsKey(run.AgentRunId)).ToList();
        var inEvidence = placed.Count(run => run.EvidenceBlocks.Contains(first[run.AgentRunId].BlockIndex));
        output.WriteLine($"place in the evidence: {inEvidence} of {placed.Count} planted runs with a surprise ({suite.Runs.Count(run => run.Planted)} planted)");

        Assert.True(surprises >= 0.85);
        Assert.True(inEvidence >= 0.8 * placed.Count);
    }

    private double Area(Func<PlantedRun, double> score)
    {
        var pairs = (from bad in planted.Suite.Runs.Where(run => run.Planted)
                     from good in planted.Suite.Runs.Where(run => !run.Planted)
                     where Math.Abs(bad.Messages - good.Messages) <= MessagesApart
                     select score(bad).CompareTo(score(good))).ToList();
        return pairs.Average(order => order > 0 ? 1 : order == 0 ? 0.5 : 0);
    }
}
