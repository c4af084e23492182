using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;

namespace Transluce.Batch.Jobs;

/// <summary>What <c>doctor</c> says about a configuration: whether its run can start here.</summary>
internal static class RunChecks
{
    /// <summary>Beside the weights: libtorch, batches, heaps and tables.</summary>
    private const long BesideWeights = 2L << 30;

    public static IEnumerable<Finding> All(string config)
    {
        var (job, problem) = Prepare(config);
        if (job is null)
        {
            yield return new Finding(FindingLevel.Failed, "configuration", problem!, "Correct the lines above; 'pipeline-config/schema.json' describes every key.");
            yield break;
        }

        yield return new Finding(FindingLevel.Fine, "configuration", job.Summary);
        foreach (var finding in job.Check())
        {
            yield return finding;
        }

        yield return StoreChecks.Check(job.Store, job.Graph.Stages.Sum(stage => stage.Estimate().Bytes));
    }

    private static (PreparedJob? Job, string? Problem) Prepare(string config)
    {
        try
        {
            return (PreparedJob.Read(config), null);
        }
        catch (ArtifactException exception)
        {
            return (null, exception.Message);
        }
    }

    public static Finding Corpus(CorpusOptions corpus)
    {
        var files = ResolvedSource.Resolve(corpus.Sources, "/").SelectMany(source => source.Files).ToArray();
        return new Finding(FindingLevel.Fine, "corpus", $"{files.Length} files, {Quantity.Bytes(files.Sum(FileLength.Of))}");
    }

    public static Finding Memory(ModelOptions model)
    {
        var weights = Directory.EnumerateFiles(model.Path, "*.safetensors").Sum(FileLength.Of);
        // Checkpoints hold two bytes a weight, as a rule.
        var needed = (model.Dtype == DtypeChoice.Float32 ? 2 * weights : weights) + BesideWeights;
        var available = MachineChecks.AvailableMemory();
        var detail = $"about {Quantity.Bytes(needed)} wanted, {Quantity.Bytes(available)} available";
        return needed <= available || model.Device != "cpu"
            ? new Finding(FindingLevel.Fine, "memory for it", detail)
            : new Finding(FindingLevel.Worse, "memory for it", detail, "Choose dtype bfloat16 if this machine is fast at it, lower exemplars.batchSize, or use a machine with more memory.");
    }
}
