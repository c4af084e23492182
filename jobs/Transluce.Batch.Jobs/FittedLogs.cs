using System.Text.Json;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Embedding.Lsa;

namespace Transluce.Batch.Jobs;

/// <summary>
/// Chooses the logs from which the suite's own embedding model is learnt. A log that is added is projected through the model there is, so that it alone is
/// embedded; the choice is written to the plan, from which everything else follows. How many of its words the model does not know shows when it is
/// embedded, so that a log that is too new to the model has it learnt anew when the next one comes, and at once by <c>embed.refit</c>.
/// </summary>
internal static class FittedLogs
{
    /// <summary>SHA-256 of the logs to learn from: those of the suite's latest run where its model still serves, else all there are.</summary>
    public static IReadOnlyList<string> Choose(EvalReprocessingConfig config)
    {
        if (config.Embed.Provider != EmbeddingProviderKind.Lsa)
        {
            return [];
        }

        string[] all = [.. config.Suite.Files.Where(file => file.IsLog).Select(file => file.Sha256).Order(StringComparer.Ordinal)];
        if (config.Embed.Refit || !Directory.Exists(config.Store))
        {
            return all;
        }

        using var store = new FileSystemStore(config.Store);
        var runs = store.List("runs").Where(path => path.EndsWith("/plan.json", StringComparison.Ordinal)).Select(path => path.Split('/')[1]).Reverse();
        var now = ConfigurationReader.ToJson(config);
        var known = all.ToHashSet(StringComparer.Ordinal);
        foreach (var plan in runs.Select(run => Load(store, run)).OfType<RunPlan>().Where(plan => plan.Job == EvalReprocessing.Name))
        {
            // Another suite of the same name has other logs; the model of one hides that of the other no more than a model of other options does.
            var fittedOn = FittedOn(plan);
            if (fittedOn.Length == 0 || !known.IsSupersetOf(fittedOn) || !Agree("suite", "name") || !Agree("embed", "provider") || !Agree("embed", "lsa") || !Agree("chunk"))
            {
                continue;
            }

            // Where no log was added, the run is that run again, perhaps after a kill: what it chose stays chosen.
            var added = all.Except(plan.Stages.Where(stage => stage.Stage == "embed").Select(stage => stage.Partition ?? ""), StringComparer.Ordinal).Any();
            return added && Unseen(store, plan).Share > config.Embed.UnseenLimit ? all : fittedOn;

            // Other keys of an earlier version's plan are nobody's business here: it may have had some that there are no more.
            bool Agree(params ReadOnlySpan<string> path) => CanonicalJson.Hash(At(plan.Config, path)) == CanonicalJson.Hash(At(now, path));
        }

        return all;
    }

    /// <summary>What to tell a person at the end of a run in which the model did not know much of a log; null where it did.</summary>
    public static string? Remark(IObjectStore store, RunPlan plan, double limit)
    {
        var (share, log) = Unseen(store, plan);
        return share > limit
            ? FormattableString.Invariant(
                $"{share:0%} more of the words of log {log[..Math.Min(12, log.Length)]}… than of the others are unknown to the model that embeds the suite (embed.unseenLimit: {limit:0%}). ")
                + "It is learnt anew when the next log comes; 'refit: true' under 'embed' does it now."
            : null;
    }

    private static string[] FittedOn(RunPlan plan) => Texts(At(plan.Config, "embed", "fittedOn"));

    // A plan that is damaged, or of a version that wrote others, knows of no model; its artifacts stay where they are.
    private static RunPlan? Load(IObjectStore store, string run)
    {
        try
        {
            return RunPlan.Load(store, run);
        }
        catch (ArtifactException)
        {
            return null;
        }
    }

    private static JsonNode? At(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    private static string[] Texts(JsonNode? node)
        => node is JsonArray items ? [.. items.OfType<JsonValue>().Where(item => item.GetValueKind() == JsonValueKind.String).Select(item => item.GetValue<string>())] : [];

    /// <summary>Of the logs projected through the model, the largest share of words it did not know, less that of the logs it was learnt from.</summary>
    private static (double Share, string Log) Unseen(IObjectStore store, RunPlan plan)
    {
        var fittedOn = FittedOn(plan).ToHashSet(StringComparer.Ordinal);
        var fit = plan.Stages.Where(stage => stage.Stage == "fit-lsa").Select(stage => Share(store, stage)).DefaultIfEmpty(0).Max();
        (double Share, string Log) worst = (0, "");
        foreach (var stage in plan.Stages.Where(stage => stage.Stage == "embed" && stage.Partition is not null && !fittedOn.Contains(stage.Partition)))
        {
            var share = Share(store, stage) - fit;
            worst = share > worst.Share ? (share, stage.Partition!) : worst;
        }

        return worst;
    }

    private static double Share(IObjectStore store, PlannedStage stage)
        => Manifest.Exists(store, stage.Stage, stage.Key) ? Share(Manifest.Load(store, stage.Stage, stage.Key).Counts) : 0;

    private static double Share(SortedDictionary<string, long> counts) =>
        counts.TryGetValue(LsaModel.WordCount, out var words) && words > 0 ? counts.GetValueOrDefault(LsaModel.UnseenCount) / (double)words : 0;
}
