using Transluce.Batch.Tests;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>Clusters of problems planted by others, beside chance and hindsight. The recipe was fixed on suites of our own (see the README of Clustering).</summary>
public sealed class PlantedClusterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, 0.42, 0.58)]
    [InlineData(false, 0.30, 0.45)]
    public void Runs_and_evidence_fall_into_the_planted_categories(bool onnx, double leastOfRuns, double leastOfEvidence)
    {
        using var suite = new EmbeddedSuite(SharedData.Require("data/eval-logs/generated/planted-a"), onnx);
        var runs = suite.Runs();
        var evidence = suite.EvidenceChunks();

        var judgedRuns = ClusterJudgement.Of(runs.Vectors, runs.Truth, new ClusterOptions { Unit = ClusterUnit.Run });
        var judgedEvidence = ClusterJudgement.Of(evidence.Vectors, evidence.Truth, new ClusterOptions());
        output.WriteLine($"{(onnx ? "onnx" : "lsa")}, {runs.Vectors.Rows} runs: {judgedRuns}");
        output.WriteLine($"{(onnx ? "onnx" : "lsa")}, {evidence.Vectors.Rows} evidence chunks: {judgedEvidence}");

        Assert.True(judgedRuns.Mean >= leastOfRuns, judgedRuns.ToString());
        Assert.True(judgedEvidence.Mean >= leastOfEvidence, judgedEvidence.ToString());
    }
}
