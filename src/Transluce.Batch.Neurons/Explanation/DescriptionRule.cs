namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What the current token must be.</summary>
public enum RuleKind
{
    /// <summary>The context given: one to three tokens, the current one last.</summary>
    Tokens,

    /// <summary>Any token of a family.</summary>
    Family,

    /// <summary>Any token after a given token, or at the start of a window.</summary>
    After,

    /// <summary>Any token after a token of a family.</summary>
    AfterFamily,
}

/// <summary>One entry of a description. The levels of all rules that fit a position add up; below zero counts as zero.</summary>
/// <param name="Kind">What it looks at.</param>
/// <param name="Tokens">Tokens: the context, oldest first. After: the one token before, or <see cref="TokenWindow.Start"/>.</param>
/// <param name="Family">Index into <see cref="TokenFamily.All"/>, or -1.</param>
/// <param name="Level">-100 … 100, where 100 is the strongest rule of the description.</param>
public sealed record DescriptionRule(RuleKind Kind, int[] Tokens, int Family, int Level);
