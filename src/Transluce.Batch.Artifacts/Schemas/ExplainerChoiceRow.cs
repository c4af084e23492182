namespace Transluce.Batch.Artifacts;

/// <summary>The explainer's settings for one layer, chosen by valid windows of a sample of its polarities.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="SampledPolarities">Polarities that had a score and so a say.</param>
/// <param name="Regression">Whether patterns of this layer begin with the regression.</param>
/// <param name="ExemplarWeight">Weight of a token of a train exemplar outside the control pool (a pool token has 1).</param>
/// <param name="PatternShrinkage">λ of the pattern's tables, in tokens.</param>
/// <param name="DescriptionShrinkage">λ of the description's rules, in tokens.</param>
/// <param name="PatternScore">Mean valid correlation of the sample's patterns at these settings.</param>
/// <param name="DescriptionScore">Mean valid correlation of the sample's largest descriptions.</param>
[Table("explainer_choices", 1)]
public sealed record ExplainerChoiceRow(
    [property: Key] int Layer,
    int SampledPolarities,
    bool Regression,
    float ExemplarWeight,
    float PatternShrinkage,
    float DescriptionShrinkage,
    float? PatternScore,
    float? DescriptionScore);
