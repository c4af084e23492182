using System.Globalization;
using System.Text;
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
    private const int Seeds = 2;

    private static readonly int[] Providers = [0, new LsaOptions().Dimensions];
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

    /// <summary>By what the number is chosen: the smallest number for all, the penalty by unit, alike for both providers.</summary>
    [Fact(Explicit = true)]
    public void Clusters()
    {
        var judged = new Judgements();
        foreach (var suite in Generated())
        {
            judged.Add(suite, lsa: null, LeastClusters, Penalties);
            judged.Add(suite, new LsaOptions(), LeastClusters, Penalties);
        }

        output.WriteLine(judged.ToString());
        var choices = from least in LeastClusters
                      from ofRuns in Penalties
                      from ofChunks in Penalties
                      select (least, ofRuns, ofChunks);
        var best = choices.MaxBy(choice => Providers.Sum(dimensions => judged.Runs(new Recipe(dimensions, choice.least, choice.ofRuns)) + judged.Evidence(new Recipe(dimensions, choice.least, choice.ofChunks))));
        output.WriteLine($"chosen: {best}");
        Assert.Equal((new ClusterOptions().Least, Penalty(ClusterUnit.Run), Penalty(ClusterUnit.Chunk)), best);
    }

    [Fact(Explicit = true)]
    public void Dimensions()
    {
        var judged = new Judgements();
        double[] penalties = [Penalty(ClusterUnit.Run), Penalty(ClusterUnit.Chunk)];
        int[] tried = [16, 24, 32, 40, 48, 64];
        foreach (var suite in Generated())
        {
            foreach (var dimensions in tried)
            {
                judged.Add(suite, new LsaOptions { Dimensions = dimensions }, [new ClusterOptions().Least], penalties);
            }
        }

        output.WriteLine(judged.ToString());
        Assert.Equal(new LsaOptions().Dimensions, tried.MaxBy(d => judged.Runs(new Recipe(d, new ClusterOptions().Least, penalties[0])) + judged.Evidence(new Recipe(d, new ClusterOptions().Least, penalties[1]))));
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
                recalls[i].Add(suite.Recall(questions, grid[i], first: 10).Average(recall => recall.Share));
            }
        }

        var order = Enumerable.Range(0, grid.Length).OrderByDescending(i => recalls[i].Average()).ToArray();
        foreach (var i in order)
        {
            output.WriteLine(FormattableString.Invariant($"recall@10 {recalls[i].Average():0.000}: dense share {grid[i].DenseShare}, next chunks {grid[i].NextChunkWeight}, feedback runs {grid[i].FeedbackRuns}"));
        }

        Assert.Equal(new QuestionOptions(), grid[order[0]]);
    }

    private static IEnumerable<string> Generated()
    {
        foreach (var settings in Suites())
        {
            using var folder = new TemporaryFolder();
            SyntheticSuiteFolder.Write(SyntheticSuiteGenerator.Generate(settings), folder.Path);
            yield return folder.Path;
        }
    }

    private static double Penalty(ClusterUnit unit) => new ClusterOptions { Unit = unit }.PenaltyOrDefault;

    /// <summary>A choice of defaults. Dimensions are those of <c>lsa</c>; 0 stands for <c>onnx</c>.</summary>
    private sealed record Recipe(int Dimensions, int Least, double Penalty);

    /// <summary>Adjusted Rand indexes by recipe: of the runs and of the evidence of every suite.</summary>
    private sealed class Judgements
    {
        private readonly Dictionary<Recipe, (List<double> Runs, List<double> Evidence)> indexes = [];

        public void Add(string folder, LsaOptions? lsa, int[] least, double[] penalties)
        {
            using var suite = new EmbeddedSuite(folder, lsa);
            var runs = new ChosenNumbers(suite.RunVectors(), ClusterUnit.Run);
            var evidence = new ChosenNumbers(suite.EvidenceChunks(), ClusterUnit.Chunk);
            foreach (var recipe in from l in least from penalty in penalties select new Recipe(lsa?.Dimensions ?? 0, l, penalty))
            {
                if (!indexes.TryGetValue(recipe, out var own))
                {
                    indexes.Add(recipe, own = ([], []));
                }

                own.Runs.Add(runs.Index(recipe.Least, recipe.Penalty));
                own.Evidence.Add(evidence.Index(recipe.Least, recipe.Penalty));
            }
        }

        public double Runs(Recipe recipe) => indexes[recipe].Runs.Average();

        public double Evidence(Recipe recipe) => indexes[recipe].Evidence.Average();

        public override string ToString()
        {
            var text = new StringBuilder();
            foreach (var table in indexes.GroupBy(pair => (pair.Key.Dimensions, pair.Key.Least)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{(table.Key.Dimensions == 0 ? "onnx" : $"lsa {table.Key.Dimensions}")}, least {table.Key.Least}; penalty runs evidence:");
                foreach (var (recipe, (runs, evidence)) in table)
                {
                    text.Append(CultureInfo.InvariantCulture, $" | {recipe.Penalty} {runs.Average():0.000} {evidence.Average():0.000}");
                }

                text.AppendLine();
            }

            return text.ToString();
        }
    }

    /// <summary>What comes out under other ways to choose the number of clusters, with the stabilities worked out once.</summary>
    private sealed class ChosenNumbers((VectorTable Vectors, int[] Truth) items, ClusterUnit unit)
    {
        private static readonly ClusterOptions Options = new();
        private readonly Dictionary<(int Clusters, int Seed), double> found = [];
        private readonly IReadOnlyList<ClusterCountTrial>[] trials = [.. Enumerable.Range(0, Seeds).Select(seed => ClusterCount.Choose(
            items.Vectors, 2, Options.Most, Options.StabilityPairs, 0, new KMeansSettings(1, 3, Options.Iterations, seed, 2, Spherical: true), CancellationToken.None).Trials)];

        /// <summary>Mean over the seeds.</summary>
        public double Index(int least, double penalty) => Enumerable.Range(0, Seeds).Average(seed =>
        {
            var clusters = trials[seed].Where(trial => trial.Clusters >= least).MaxBy(trial => trial.Score - (penalty * Math.Log2(trial.Clusters)))!.Clusters;
            return found.TryGetValue((clusters, seed), out var index) ? index : found[(clusters, seed)] = PartitionAgreement.AdjustedRand(
                items.Truth, LeafClusters.Fit(items.Vectors, Options with { Unit = unit, Clusters = clusters, Seed = seed }, 2, CancellationToken.None).Assignment);
        });
    }
}
