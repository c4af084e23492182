namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What is chosen per layer on valid; see <see cref="Artifacts.ExplainerChoiceRow"/>.</summary>
internal sealed record ExplainerSettings(bool Regression, float ExemplarWeight, float PatternShrinkage, float DescriptionShrinkage)
{
    public static ExplainerSettings Initial { get; } = new(true, 1, 1, 1);
}
