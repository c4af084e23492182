using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What the explainer found for one polarity, or why it found nothing.</summary>
internal sealed record PolarityResult(Pattern? Pattern, IReadOnlyList<Description> Descriptions, string? FailureReason)
{
    /// <summary>Writes the rows of the polarity: one pattern, and one row per candidate or one with the reason.</summary>
    public void Write(ShardContext shard, int layer, int neuron, int polarity, IReadOnlyList<ExemplarRow> exemplars)
    {
        shard.Table<PatternRow>().Write(Pattern?.ToRow(layer, neuron, polarity) ?? new PatternRow(layer, neuron, polarity, 0, [], [], [], [], [], FailureReason));
        var table = shard.Table<ExplanationRow>();
        int[] ranks = [.. exemplars.Where(row => row.Activations.Length > 0).Select(row => row.Rank)];
        if (Descriptions.Count == 0)
        {
            table.Write(new ExplanationRow(layer, neuron, polarity, 0, "", LayerGroupExplanation.Explainer, null, ranks, 0, 0, FailureReason));
            shard.Count("polaritiesWithoutDescription", 1);
        }

        for (var candidate = 0; candidate < Descriptions.Count; candidate++)
        {
            var description = Descriptions[candidate];
            table.Write(new ExplanationRow(layer, neuron, polarity, candidate, description.Text, LayerGroupExplanation.Explainer, null, ranks, description.Rules.Count, 0, null));
        }
    }
}
