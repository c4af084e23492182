namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A window whose tokens from <paramref name="First"/> on are predicted; earlier ones (the constant prefix) are context only.</summary>
/// <param name="TokenIds">All token ids of the window.</param>
/// <param name="First">Position of the first predicted token.</param>
public readonly record struct TokenWindow(int[] TokenIds, int First)
{
    /// <summary>Stands for "before the window" in a context.</summary>
    public const int Start = -1;

    /// <summary>Predicted tokens.</summary>
    public int Length => TokenIds.Length - First;

    /// <summary>The token <paramref name="back"/> places before <paramref name="position"/>, or <see cref="Start"/>.</summary>
    public int At(int position, int back) => position >= back ? TokenIds[position - back] : Start;
}
