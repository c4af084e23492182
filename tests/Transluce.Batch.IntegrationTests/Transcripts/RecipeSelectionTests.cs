using Transluce.Batch.Tests;
using Transluce.Batch.Tests.SyntheticSuites;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Embedding.Lsa;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>
/// How the defaults of clustering, of <c>lsa</c> and of questions are chosen: on generated suites only, over a stated grid, by the largest mean. 'make select-recipes' prints the
/// grids and fails where a default is not what they say. Other suites, such as those planted by others, are for judging and have no say here.
/// </summary>
public sealed class RecipeSelectionTests(ITestOutputHelper output)
{
    private const int Seeds = 3;

    private static readonly int[] Dimensions = [24, 32, 40, 48, 64];
    private static readonly int[] LeastClusters = [2, 3, 4, 5];
    private static readonly double[] Penalties = [0.02, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15];

    /// <summary>
    /// As many runs as a small suite has, three to nine problems drawn from all there are, a quarter of the runs clean. Diluted by .4, .6 or .8, which spreads the
    /// adjusted Rand index around a half: on suites on which everything is found, nothing can be chosen.
    /// </summary>
    private static IEnumerable<SyntheticSuiteSettings> Suites()
    {
        for (var seed = 101; seed <= 121; seed++)
        {
            string[] categories = [.. SyntheticSuite.Problems.Select(problem => problem.Category)];
            Draw.For(seed, "categories").Shuffle(categories);
            yield return new SyntheticSuiteSettings(seed, CleanShare: 0.25, Categories: [.. categories.Take(3 + (seed % 7))], Dilution: 0.4 + (0.2 * (seed % 3)));
        }
    }

    [Fact(Explicit = true)]
    public void Clusters_and_dimensions()
    {
        var judged = new Dictionary<(string Provider, int Least, double Penalty), List<double>>();
        foreach (var settings in Suites())
        {
            using var folder = new TemporaryFolder();
            SyntheticSuiteFolder.Write(SyntheticSuiteGenerator.Generate(settings), folder.Path);
            foreach (var dimensions in Dimensions.Prepend(0))
            {
                using var suite = new EmbeddedSuite(folder.Path, dimensions == 0 ? null : new LsaOptions { Dimensions = dimensions });
                Judge(dimensions == 0 ? "onnx" : $"lsa {dimensions}", suite.Runs(), ClusterUnit.Run, judged);
                Judge(dimensions == 0 ? "onnx" : $"lsa {dimensions}", suite.EvidenceChunks(), ClusterUnit.Chunk, judged);
            }
        }

        foreach (var provider in judged.GroupBy(pair => pair.Key.Provider))
        {
            output.WriteLine($"{provider.Key}, adjusted Rand index of runs | of evidence, by penalty {string.Join(' ', Penalties)}");
            foreach (var least in LeastClusters)
            {
                var rows = Penalties.Select(penalty => judged[(provider.Key, least, penalty)]).ToArray();
                output.WriteLine(FormattableString.Invariant($"  least {least}: {string.Join(' ', rows.Select(row => Mean(row, 0)))} | {string.Join(' ', rows.Select(row => Mean(row, 1)))}"));
            }
        }

        // The embedding by the best of its own clusterings, then the numbers that both providers share.
        var lsa = Dimensions.MaxBy(d => LeastClusters.Max(least => Penalties.Max(penalty => judged[($"lsa {d}", least, penalty)].Average())));
        var shared = LeastClusters.SelectMany(least => Penalties.Select(penalty => (least, penalty)))
            .Select(pair => (pair.least, pair.penalty, Index: (judged[("onnx", pair.least, pair.penalty)].Average() + judged[($"lsa {lsa}", pair.least, pair.penalty)].Average()) / 2))
            .OrderByDescending(pair => pair.Index).ToArray();
        foreach (var (least, penalty, index) in shared.Take(12))
        {
            output.WriteLine(FormattableString.Invariant($"least {least}, penalty {penalty}: {index:0.0000}"));
        }

        output.WriteLine($"chosen: lsa with {lsa} dimensions, least {shared[0].least}, penalty {shared[0].penalty}");
        Assert.Equal((new LsaOptions().Dimensions, new ClusterOptions().Least, new ClusterOptions().Penalty), (lsa, shared[0].least, shared[0].penalty));

        static string Mean(List<double> values, int which) => FormattableString.Invariant($"{values.Where((_, i) => i % 2 == which).Average():0.000}");
    }

    [Fact(Explicit = true)]
    public void Questions()
    {
        var grid = (from dense in (double[])[0.4, 0.5, 0.6, 0.7, 0.8]
                    from next in (double[])[0, 0.5, 0.7, 0.9]
                    from runs in (int[])[0, 3, 5]
                    select new QuestionOptions { DenseShare = dense, NextChunkWeight = next, FeedbackRuns = runs }).ToArray();
        var recalls = grid.Select(_ => new List<double>()).ToArray();
        foreach (var settings in Suites().Where(suite => suite.Seed % 2 == 0))
        {
            using var folder = new TemporaryFolder();
            SyntheticSuiteFolder.Write(SyntheticSuiteGenerator.Generate(settings), folder.Path);
            using var suite = new EmbeddedSuite(folder.Path, lsa: null);
            (string, string)[] questions = [.. SyntheticSuite.Problems.Where(problem => settings.Categories!.Contains(problem.Category)).Select(problem => (problem.Category, problem.Description))];
            for (var i = 0; i < grid.Length; i++)
            {
                recalls[i].Add(suite.Recall(questions, grid[i], first: 10));
            }
        }

        var order = Enumerable.Range(0, grid.Length).OrderByDescending(i => recalls[i].Average()).ToArray();
        foreach (var i in order)
        {
            output.WriteLine(FormattableString.Invariant($"recall@10 {recalls[i].Average():0.000}: dense share {grid[i].DenseShare}, next chunks {grid[i].NextChunkWeight}, feedback runs {grid[i].FeedbackRuns}"));
        }

        Assert.Equal(new QuestionOptions(), grid[order[0]]);
    }

    private static void Judge(string provider, (VectorTable Vectors, int[] Truth) items, ClusterUnit unit, Dictionary<(string, int, double), List<double>> judged)
    {
        var options = new ClusterOptions { Unit = unit };
        var found = new Dictionary<(int Clusters, int Seed), double>();
        var trials = Enumerable.Range(0, Seeds).Select(seed =>
            ClusterCount.Choose(items.Vectors, 2, options.Most, options.StabilityPairs, 0, new KMeansSettings(1, 3, options.Iterations, seed, 2, Spherical: true), CancellationToken.None).Trials).ToArray();
        foreach (var least in LeastClusters)
        {
            foreach (var penalty in Penalties)
            {
                var mean = Enumerable.Range(0, Seeds).Average(seed =>
                {
                    var clusters = trials[seed].Where(trial => trial.Clusters >= least).MaxBy(trial => trial.Score - (penalty * Math.Log2(trial.Clusters)))!.Clusters;
                    return found.TryGetValue((clusters, seed), out var index) ? index : found[(clusters, seed)] = PartitionAgreement.AdjustedRand(
                        items.Truth, LeafClusters.Fit(items.Vectors, options with { Clusters = clusters, Seed = seed }, 2, CancellationToken.None).Assignment);
                });
                if (!judged.TryGetValue((provider, least, penalty), out var values))
                {
                    judged.Add((provider, least, penalty), values = []);
                }

                values.Add(mean);
            }
        }
    }
}
