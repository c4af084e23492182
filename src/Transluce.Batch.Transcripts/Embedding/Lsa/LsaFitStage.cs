using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>
/// Fits latent semantic analysis on the chunks of a suite. The model is an artifact: logs that come later are projected through it as long as
/// this stage is given the same partitions; giving it others is a refit, and every vector is made anew.
/// </summary>
/// <param name="chunks">The partitions it is fitted on, in the order of their logs' SHA-256.</param>
/// <param name="options">How large the model may be.</param>
public sealed class LsaFitStage(IReadOnlyList<Stage> chunks, LsaOptions options) : Stage
{
    public override string Name => "fit-lsa";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(LsaFeatureRow)];

    public override IReadOnlyList<StageInput> Inputs { get; } = [.. chunks.Select(c => new StageInput(c))];

    public override JsonObject Options => options.ToJson();

    /// <summary>One thread where libtorch decides the order of sums; the rest is summed in a fixed order of our own.</summary>
    public override JsonObject Numerics => ComputeNumerics.Of(CPU, ScalarType.Float64, threads: 1).ToJson();

    public override int ShardCount => 1;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate() => SuiteEstimate.Of(chunks, 250, 2_000);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var fit = new LsaFit(options);
        foreach (var row in fit.Fit(() => chunks.SelectMany(c => shard.Input(c).Read<ChunkRow>()), cancellationToken))
        {
            shard.Table<LsaFeatureRow>().Write(row);
            shard.Count("features", 1);
        }

        shard.Count("texts", fit.Texts);
        shard.Count(LsaModel.WordCount, fit.Words);
        shard.Count(LsaModel.UnseenCount, fit.UnseenWords);
    }
}
