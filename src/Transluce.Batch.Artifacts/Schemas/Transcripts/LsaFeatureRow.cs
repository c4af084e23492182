namespace Transluce.Batch.Artifacts;

/// <summary>A word or pair of words that a fitted latent semantic model knows.</summary>
/// <param name="Feature">Hash of the lower-case words: the first 31 bits of their XXH3.</param>
/// <param name="Documents">Texts of the fit that hold it.</param>
/// <param name="InverseFrequency">ln((1 + texts) ÷ (1 + documents)) + 1.</param>
/// <param name="Component">Its place in the latent space: a text's vector is the sum of these, weighted.</param>
[Table("lsa_model", 1, RowGroupRows = 8192)]
public sealed record LsaFeatureRow(
    [property: Key] int Feature,
    int Documents,
    double InverseFrequency,
    float[] Component);
