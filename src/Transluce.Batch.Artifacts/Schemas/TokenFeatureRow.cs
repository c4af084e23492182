namespace Transluce.Batch.Artifacts;

/// <summary>The coordinates of one vocabulary token that the pattern regression reads: with these a stored pattern predicts without the model.</summary>
/// <param name="TokenId">Vocabulary id.</param>
/// <param name="Values">Leading principal components of the model's unit-length input embeddings over the train control pool.</param>
[Table("token_features", 1, RowGroupRows = 8192)]
public sealed record TokenFeatureRow([property: Key] int TokenId, float[] Values);
