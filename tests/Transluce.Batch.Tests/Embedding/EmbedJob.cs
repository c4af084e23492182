using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;

namespace Transluce.Batch.Tests.Embedding;

/// <summary>Embeds given texts, run after run, in one store.</summary>
internal sealed class EmbedJob : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public EmbedJob() => Store = new FileSystemStore(folder.File("store"));

    public FileSystemStore Store { get; }

    public string Folder => folder.File("store");

    public EmbedResult Run(IReadOnlyList<string> texts, EmbeddingModel model) => Run(new GivenChunksStage(texts), model, []);

    public EmbedResult Run(Stage chunk, EmbeddingModel model, IReadOnlyList<Stage> others)
    {
        var graph = new PipelineGraph([chunk, .. others, new EmbedStage(chunk, model)]);
        var plan = RunPlan.Create("embed", [], graph, TimeProvider.System);
        var record = new InProcessExecutor(Store, graph, plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        var stage = record.Stages.Single(s => s.Stage == "embed");
        var rows = record.Status == RunStatus.Succeeded ? new ArtifactReader(Store, "embed", plan["embed"].Key).Read<EmbeddingRow>().ToList() : [];
        var used = record.Status == RunStatus.Succeeded ? new ArtifactReader(Store, "embed", plan["embed"].Key).Read<EmbeddingModelRow>().Single() : null;
        return new EmbedResult(rows, used, stage, plan);
    }

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }
}

internal sealed record EmbedResult(IReadOnlyList<EmbeddingRow> Rows, EmbeddingModelRow? Model, StageRecord Stage, RunPlan Plan)
{
    public double Measured(string name) => Stage.Measures.TryGetValue(name, out var measure) ? measure.Sum : 0;
}
