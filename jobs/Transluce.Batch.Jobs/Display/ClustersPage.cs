using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Writes the clusters of a suite, the largest first: a problem keeps an agent busy for many turns.</summary>
internal static class ClustersPage
{
    private const int ExamplesShown = 3;
    private const int ExampleCharacters = 200;

    /// <param name="terminal">Where to.</param>
    /// <param name="tables">Of the run.</param>
    /// <param name="most">Clusters shown at most.</param>
    public static void Write(Terminal terminal, SuiteTables tables, int most)
    {
        var clusters = tables.Clusters;
        var clustering = clusters.Read<ClusteringRow>().Single();
        var labels = tables.Labels;
        var merged = labels.Read<MergedClusterRow>().ToDictionary(row => row.ClusterId);
        var folded = merged.Values.SelectMany(row => row.Parts.Where(part => part != row.ClusterId)).ToHashSet();
        var leaves = clusters.Read<ClusterRow>().Where(cluster => cluster.Level == 0 && !folded.Contains(cluster.ClusterId))
            .Select(cluster => merged.TryGetValue(cluster.ClusterId, out var whole) ? cluster with { Items = whole.Items, Runs = whole.Runs } : cluster)
            .OrderByDescending(cluster => cluster.Items).ThenBy(cluster => cluster.ClusterId).ToArray();
        var shares = clusters.Read<ClusterStatisticsRow>().Where(share => !merged.ContainsKey(share.ClusterId)).Concat(labels.Read<MergedClusterStatisticsRow>().Select(row => row.ToClusterStatistics())).ToLookup(share => share.ClusterId);
        var names = labels.Read<ClusterLabelRow>().ToLookup(label => label.ClusterId);
        var citations = labels.Read<CitationRow>().Where(citation => citation.OwnerType == "cluster_label").ToLookup(citation => citation.OwnerId, StringComparer.Ordinal);
        terminal.Line($"Suite {InertText.Of(tables.Suite)}, run {tables.Plan.RunId}: {tables.Runs.Count} agent runs in {tables.Files} logs");
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{leaves.Length} {(leaves.Length == 1 ? "cluster" : "clusters")} of {clustering.Items} {(clustering.Unit == "chunk" ? "turns" : "runs")}{(clustering.Outliers > 0 ? $", {clustering.Outliers} in none" : "")}{(folded.Count > 0 ? $", {folded.Count} more folded into those they duplicate" : "")}; silhouette {Number(clustering.Silhouette)}, stability {Number(clustering.Stability)}"));
        foreach (var leaf in leaves.Take(most))
        {
            var label = names[leaf.ClusterId].OrderBy(candidate => candidate.FailureReason is not null).ThenByDescending(candidate => candidate.Method == "llm").FirstOrDefault();
            terminal.Line();
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"cluster {leaf.ClusterId}: {Share(leaf.Runs, tables.Runs.Count)} of the runs ({leaf.Runs} runs, {leaf.Items} members): {InertText.Of(label?.Name ?? "not labelled", 120)}"));
            terminal.Line($"  keywords  {InertText.Of(string.Join(", ", label?.Keywords ?? []), 200)}");
            if (merged.TryGetValue(leaf.ClusterId, out var whole))
            {
                terminal.Line($"  with      {string.Join(", ", whole.Parts.Where(part => part != leaf.ClusterId).Select(part => $"cluster {part.ToString(CultureInfo.InvariantCulture)}"))}, which the chat model takes for the same");
            }

            WriteShares(terminal, shares[leaf.ClusterId]);
            WriteExamples(terminal, tables, label is null ? [] : citations[string.Create(CultureInfo.InvariantCulture, $"{leaf.ClusterId}/{label.Method}")]);
        }

        if (leaves.Length > most)
        {
            terminal.Line();
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{leaves.Length - most} smaller clusters are not shown; --all shows them."));
        }
    }

    // Where one model, task, score or limit is found clearly more often than runs in general.
    private static void WriteShares(Terminal terminal, IEnumerable<ClusterStatisticsRow> shares)
    {
        var marked = shares.Where(share => share.LiftLow > 1 && share.Runs > 1).OrderByDescending(share => share.Lift).Take(3)
            .Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Attribute} {InertText.Of(share.Value, 60)}: {share.Share:0%} of its runs, {share.Lift:0.0} times the average ({share.LiftLow:0.0} to {share.LiftHigh:0.0})"))
            .ToArray();
        if (marked.Length > 0)
        {
            terminal.Line($"  more with {string.Join("; ", marked)}");
        }
    }

    private static void WriteExamples(Terminal terminal, SuiteTables tables, IEnumerable<CitationRow> citations)
    {
        foreach (var citation in citations.Where(citation => citation is { Valid: true, BlockIndex: >= 0, MetadataKey: null }).OrderBy(citation => citation.CitationIndex).Take(ExamplesShown))
        {
            var run = tables.Runs.TryGetValue(citation.AgentRunId, out var found) ? found.Row : null;
            var text = citation.Quote ?? Text(tables.Block(citation.AgentRunId, citation.TranscriptOrdinal, citation.BlockIndex));
            var place = run is null ? "" : $"{InertText.Of(run.Model, 40)}, sample {InertText.Of(run.SampleId, 40)}";
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  [T{citation.TranscriptOrdinal}B{citation.BlockIndex}] {place}: {InertText.Of(OneLine(text), ExampleCharacters)}"));
        }
    }

    private static string Text(BlockRow? block) => block is null ? "" : block.Text.Length > 0 ? block.Text : block.ToolErrorMessage ?? "";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Share(int runs, int all) => all == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * runs / all:0} %");

    private static string Number(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
