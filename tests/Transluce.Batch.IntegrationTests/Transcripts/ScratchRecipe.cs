using Transluce.Batch.Tests;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.IntegrationTests.Transcripts;

public sealed class ScratchRecipe(ITestOutputHelper output)
{
    [Fact]
    public void Print()
    {
        foreach (var seed in new[] { 11, 12, 13 })
        {
            using var folder = new TemporaryFolder();
            SyntheticSuiteFolder.Write(SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(seed, Categories: seed == 13 ? null : [.. SyntheticSuite.Problems.Select(p => p.Category).Skip(3 * (seed - 11)).Take(6)])), folder.Path);
            foreach (var onnx in new[] { true, false })
            {
                using var suite = new EmbeddedSuite(folder.Path, onnx);
                foreach (var (name, data) in new[] { ("runs", suite.Runs()), ("evidence", suite.EvidenceChunks()) })
                {
                    var (_, trials) = ClusterCount.Choose(data.Vectors, 2, 40, 6, 0.4, new KMeansSettings(1, 3, 100, 1, 2, true), CancellationToken.None);
                    var text = $"{seed} {(onnx ? "onnx" : "lsa")} {name} n={data.Vectors.Rows} truth {data.Truth.Distinct().Count()}: " + ClusterJudgement.Of(data.Vectors, data.Truth, new ClusterOptions()) + "\n   " + string.Join(' ', trials.Select(t => $"{t.Clusters}:{t.Stability:0.00}/{PartitionAgreement.AdjustedRand(data.Truth, LeafClusters.Fit(data.Vectors, new ClusterOptions { Clusters = t.Clusters }, 2, CancellationToken.None).Assignment):0.00}"));
                    output.WriteLine(text);
                    File.AppendAllText("/tmp/cluster-recipe.txt", text + "\n");
                }
            }
        }
    }
}
