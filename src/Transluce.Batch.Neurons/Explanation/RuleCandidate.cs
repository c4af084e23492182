namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A rule under consideration.</summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Length">Tokens in the context, for <see cref="RuleKind.Tokens"/>.</param>
/// <param name="Group">Context group, predecessor or family.</param>
internal readonly record struct RuleCandidate(RuleKind Kind, int Length, int Group);
