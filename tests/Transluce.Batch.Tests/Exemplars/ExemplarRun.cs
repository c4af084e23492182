using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>The stages of this room over given sequences and a real model, in a store of their own.</summary>
internal sealed class ExemplarRun : IDisposable
{
    public const int LayersPerGroup = 2;

    private readonly TemporaryFolder folder = new();
    private readonly FileSystemStore store;
    private readonly RunPlan plan;

    public ExemplarRun(string modelFolder, IReadOnlyList<SequenceRow> rows, ExemplarOptions options, IReadOnlySet<int> specialIds)
    {
        Model = new SubjectModel
        {
            Folder = modelFolder,
            Config = LlamaConfig.Load(modelFolder),
            Device = "cpu",
            Dtype = ScalarType.Float32,
            Threads = 2,
            SpecialIds = specialIds,
            Numerics = new JsonObject { ["dtype"] = "float32" },
        };
        var sizes = new SplitSizes(rows.Count, 0, 0);
        var sequences = new GivenSequencesStage(rows);
        var collect = new CollectExemplarsStage(Model, sequences, options, sizes, 32);
        var graph = new PipelineGraph([sequences, collect, new MergeExemplarsStage(collect, Model.Config, options), new PoolResidualsStage(Model, sequences, options, sizes, 32, LayersPerGroup)]);
        plan = RunPlan.Create("exemplars", [], graph, TimeProvider.System);
        store = new FileSystemStore(folder.File("store"));
        Record = new InProcessExecutor(store, graph, plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
    }

    public SubjectModel Model { get; }

    public RunRecord Record { get; }

    public IReadOnlyList<TRow> Read<TRow>(string stage)
        where TRow : class
        => [.. new ArtifactReader(store, stage, plan[stage].Key).Read<TRow>()];

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }
}
