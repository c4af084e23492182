using System.Text.Json;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Embedding.Lsa;

namespace Transluce.Batch.Jobs;

/// <summary>
/// Chooses the logs from which the suite's own embedding model is learnt. A log that is added is projected through the model there is, so that it alone is
/// embedded; the choice is written to the plan, from which everything else follows.
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
        foreach (var plan in runs.Select(run => Load(store, run)).OfType<RunPlan>().Where(plan => plan.Job == EvalReprocessing.Name))
        {
            if (!Agree("suite", "name") || !Agree("embed", "provider"))
            {
                continue;
            }

            var fittedOn = Texts(At(plan.Config, "embed", "fittedOn"));
            var serves = fittedOn.Length > 0 && Agree("embed", "lsa") && Agree("chunk") && fittedOn.All(all.Contains) && Unseen(store, plan) <= config.Embed.UnseenLimit;
            return serves ? fittedOn : all;

            // Other keys of an earlier version's plan are nobody's business here: it may have had some that there are no more.
            bool Agree(params ReadOnlySpan<string> path) => CanonicalJson.Hash(At(plan.Config, path)) == CanonicalJson.Hash(At(now, path));
        }

        return all;
    }

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

    // The share of words that the model did not know in a log that was projected through it, the largest, less that of the logs it was learnt from.
    private static double Unseen(IObjectStore store, RunPlan plan)
    {
        var shares = plan.Stages.Where(stage => stage.Stage is ("embed" or "fit-lsa") && Manifest.Exists(store, stage.Stage, stage.Key))
            .Select(stage => (stage.Stage, Share: Share(Manifest.Load(store, stage.Stage, stage.Key).Counts)))
            .ToLookup(pair => pair.Stage, pair => pair.Share);
        return shares["embed"].DefaultIfEmpty(0).Max() - shares["fit-lsa"].DefaultIfEmpty(0).Max();
    }

    private static double Share(SortedDictionary<string, long> counts) =>
        counts.TryGetValue(LsaModel.WordCount, out var words) && words > 0 ? counts.GetValueOrDefault(LsaModel.UnseenCount) / (double)words : 0;
}
