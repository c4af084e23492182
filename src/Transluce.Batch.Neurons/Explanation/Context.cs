namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// The last one, two or three tokens up to a position, packed into 63 bits: the current token in the highest 21 bits, so that sorting
/// by this number puts every token's occurrences together, and within them every bigram's.
/// </summary>
public static class Context
{
    /// <summary>Longest context, in tokens, the current one included.</summary>
    public const int MaximumLength = 3;

    /// <summary>Token ids must be below this.</summary>
    public const int MaximumTokenId = (1 << Bits) - 2;

    private const int Bits = 21;

    /// <summary>Packs the current token and the ones before it; 0 marks "not part of the context".</summary>
    public static ulong Pack(int current, int previous, int beforePrevious) =>
        ((ulong)(uint)(current + 2) << (2 * Bits)) | ((ulong)(uint)(previous + 2) << Bits) | (uint)(beforePrevious + 2);

    /// <summary>Shortens a packed context to its last <paramref name="length"/> tokens.</summary>
    public static ulong Shorten(ulong context, int length) => context & (ulong.MaxValue << ((MaximumLength - length) * Bits));

    /// <summary>The packed context of a window's position at full length.</summary>
    public static ulong Of(TokenWindow window, int position) => Pack(window.At(position, 0), window.At(position, 1), window.At(position, 2));

    /// <summary>The token <paramref name="back"/> places before the current one.</summary>
    public static int Token(ulong context, int back) => (int)((context >> ((MaximumLength - 1 - back) * Bits)) & ((1UL << Bits) - 1)) - 2;
}
