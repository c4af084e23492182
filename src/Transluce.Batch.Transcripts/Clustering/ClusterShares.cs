using System.Globalization;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// How clusters are shared out over models, tasks, scores and limits. The unit is the run: one run with twenty alike turns counts once. Runs of one
/// sample are no independent draws, so the bootstrap draws samples.
/// </summary>
internal sealed class ClusterShares
{
    private const int MostDistinctScores = 5;

    private readonly PickedRun[] runs;
    private readonly Dictionary<string, int> runNumbers;
    private readonly int[] sampleOfRun;
    private readonly (string Attribute, string Value, int[] Runs)[] groups;
    private readonly int[][] draws;

    // Per draw: how many runs, in all and of each group, with how often their samples were drawn.
    private readonly double[] drawnInAll;
    private readonly double[][] drawnInGroup;

    public ClusterShares(IEnumerable<PickedRun> picked, int resamples, int seed)
    {
        runs = [.. picked.OrderBy(run => run.AgentRunId, StringComparer.Ordinal)];
        runNumbers = runs.Select((run, number) => (run.AgentRunId, number)).ToDictionary(pair => pair.AgentRunId, pair => pair.number, StringComparer.Ordinal);
        var samples = new Dictionary<(string, string), int>();
        sampleOfRun = [.. runs.Select(run => samples.TryGetValue((run.Task, run.SampleId), out var number) ? number : samples[(run.Task, run.SampleId)] = samples.Count)];
        groups = [.. Groups("limit", run => run.LimitType ?? "none"), .. Groups("model", run => run.Model), .. Groups("score", Scores()), .. Groups("task", run => run.Task)];
        draws = new int[samples.Count < 2 ? 0 : resamples][];
        for (var i = 0; i < draws.Length; i++)
        {
            var random = new SeededDraws(seed, "bootstrap", i);
            draws[i] = new int[samples.Count];
            for (var j = 0; j < samples.Count; j++)
            {
                draws[i][random.NextBelow(samples.Count)]++;
            }
        }

        drawnInAll = [.. draws.Select(draw => Drawn(draw, Enumerable.Range(0, runs.Length)))];
        drawnInGroup = [.. groups.Select(group => draws.Select(draw => Drawn(draw, group.Runs)).ToArray())];
    }

    /// <summary>Rows of one cluster, in the order of their table.</summary>
    /// <param name="cluster">Its id.</param>
    /// <param name="memberRuns">Its items' runs, one for each item.</param>
    public IEnumerable<ClusterStatisticsRow> Of(int cluster, IEnumerable<string> memberRuns)
    {
        var items = new int[runs.Length];
        foreach (var run in memberRuns)
        {
            items[runNumbers[run]]++;
        }

        int[] members = [.. Enumerable.Range(0, runs.Length).Where(run => items[run] > 0)];
        double[] drawnInside = [.. draws.Select(draw => Drawn(draw, members))];
        for (var group = 0; group < groups.Length; group++)
        {
            var (attribute, value, all) = groups[group];
            int[] both = [.. all.Where(run => items[run] > 0)];
            var lifts = new List<double>();
            for (var draw = 0; draw < draws.Length; draw++)
            {
                if (Lift(Drawn(draws[draw], both), drawnInGroup[group][draw], drawnInside[draw], drawnInAll[draw]) is { } lift)
                {
                    lifts.Add(lift);
                }
            }

            lifts.Sort();

            // Where half of the draws have no value there is no interval either.
            var interval = lifts.Count > 0 && 2 * lifts.Count >= draws.Length;
            yield return new ClusterStatisticsRow(
                cluster, attribute, value, both.Sum(run => items[run]), both.Length, all.Length, (double)both.Length / all.Length, Lift(both.Length, all.Length, members.Length, runs.Length),
                interval ? Quantile(lifts, 0.025) : null, interval ? Quantile(lifts, 0.975) : null,
                both.Select(run => runs[run].Score).Average());
        }
    }

    private double Drawn(int[] draw, IEnumerable<int> of) => of.Sum(run => (double)draw[sampleOfRun[run]]);

    private static double? Lift(double both, double inGroup, double inCluster, double inAll)
        => inGroup == 0 || inCluster == 0 || inAll == 0 ? null : both / inGroup / (inCluster / inAll);

    private IEnumerable<(string, string, int[])> Groups(string attribute, Func<PickedRun, string> value)
        => Enumerable.Range(0, runs.Length).GroupBy(run => value(runs[run]), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (attribute, group.Key, group.ToArray()));

    /// <summary>Few scores stand for themselves; many are cut into thirds of the runs.</summary>
    private Func<PickedRun, string> Scores()
    {
        double[] scores = [.. runs.Select(run => run.Score).OfType<double>().Order()];
        if (scores.Distinct().Count() <= MostDistinctScores)
        {
            return run => run.Score?.ToString("R", CultureInfo.InvariantCulture) ?? "none";
        }

        var (low, high) = (scores[(scores.Length - 1) / 3], scores[2 * (scores.Length - 1) / 3]);
        return run => run.Score switch { null => "none", double score when score <= low => "low third", double score when score <= high => "middle third", _ => "high third" };
    }

    private static double Quantile(List<double> sorted, double level)
    {
        var place = level * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 >= sorted.Count ? sorted[^1] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
