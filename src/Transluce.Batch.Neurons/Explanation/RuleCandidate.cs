namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A rule under consideration.</summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Length">Tokens in the context, for <see cref="RuleKind.Tokens"/>.</param>
/// <param name="Group">Context group, predecessor or family; -1 for none.</param>
/// <param name="Gain">Squared error it explains.</param>
/// <param name="Value">Activation it adds.</param>
internal readonly record struct RuleCandidate(RuleKind Kind, int Length, int Group, float Gain, float Value)
{
    public static RuleCandidate None { get; } = new(RuleKind.Tokens, 0, -1, 0, 0);

    /// <summary>The same rule whatever its value.</summary>
    public (RuleKind Kind, int Length, int Group) Identity => (Kind, Length, Group);
}
