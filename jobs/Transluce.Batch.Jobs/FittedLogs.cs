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
        foreach (var plan in runs.Select(run => RunPlan.Load(store, run)).Where(plan => plan.Job == EvalReprocessing.Name))
        {
            var earlier = ConfigurationReader.Bind<EvalReprocessingConfig>(plan.Config, $"{store.Location}/{ArtifactPaths.Plan(plan.RunId)}");
            if (earlier.Suite.Name != config.Suite.Name || earlier.Embed.Provider != EmbeddingProviderKind.Lsa)
            {
                continue;
            }

            var serves = earlier.Embed.Lsa == config.Embed.Lsa && earlier.Chunk == config.Chunk && earlier.Embed.FittedOn.All(all.Contains) && Unseen(store, plan) <= config.Embed.UnseenLimit;
            return serves ? earlier.Embed.FittedOn : all;
        }

        return all;
    }

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
