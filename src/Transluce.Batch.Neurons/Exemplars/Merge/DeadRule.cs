using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// A neuron is dead on a split when nothing finite was counted, when its activation never changed, or when its largest magnitude is below a
/// thousandth of the median largest magnitude of its layer. The last is relative because the scale of activations differs between layers and
/// models, while a neuron a thousand times weaker than its neighbours hardly moves the residual stream.
/// </summary>
internal static class DeadRule
{
    private const float ShareOfMedian = 1e-3f;

    /// <summary>Adds the part of the rule that compares a layer's neurons, split by split.</summary>
    public static IEnumerable<NeuronStatisticsRow> Apply(IReadOnlyList<NeuronStatisticsRow> layer)
    {
        var medians = layer.GroupBy(row => row.Split).ToDictionary(rows => rows.Key, rows =>
        {
            var magnitudes = rows.Select(Magnitude).Order().ToArray();
            return magnitudes[magnitudes.Length / 2];
        });
        return layer.Select(row => row with { Dead = row.Dead || Magnitude(row) < ShareOfMedian * medians[row.Split] });
    }

    private static float Magnitude(NeuronStatisticsRow row) => Math.Max(Math.Abs(row.Minimum), Math.Abs(row.Maximum));
}
