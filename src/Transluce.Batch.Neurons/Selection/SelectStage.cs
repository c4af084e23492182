using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>Chooses one description per polarity by its score on valid and reports its score on test: the table that viewers show.</summary>
public sealed class SelectStage(Stage explain, Stage score, Stage statistics) : Stage
{
    public override string Name => "select";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(DescriptionRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(explain), new(score), new(statistics)];

    public override JsonObject Options => [];

    /// <summary>One: three sorted tables are read side by side, a neuron at a time.</summary>
    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(ForwardTokens: 0, Bytes: 0, Seconds: 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var table = shard.Table<DescriptionRow>();
        using var explanations = new NeuronCursor<ExplanationRow>(shard.Input(explain).Read<ExplanationRow>(), row => (row.Layer, row.Neuron, row.Polarity));
        using var scores = new NeuronCursor<ScoreRow>(shard.Input(score).Read<ScoreRow>(), row => (row.Layer, row.Neuron, row.Polarity));

        // Every neuron has statistics, whatever became of its description: they say which rows there must be.
        foreach (var neuron in shard.Input(statistics).Read<NeuronStatisticsRow>().Where(row => row.Split == Split.Train))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var polarity in (int[])[-1, 1])
            {
                var key = (neuron.Layer, neuron.Neuron, polarity);
                var row = DescriptionChoice.Of(key, neuron.Dead, explanations.Take(key), scores.Take(key));
                table.Write(row);
                shard.Count("polarities", 1);
                shard.Count("described", row.Candidate >= 0 ? 1 : 0);
                shard.Count("scored", row.Score is null ? 0 : 1);
                shard.Count("dead", row.Dead ? 1 : 0);
            }
        }

        explanations.RequireEnd();
        scores.RequireEnd();
    }
}
