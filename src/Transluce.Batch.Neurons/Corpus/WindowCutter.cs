using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>Cuts the tokens of a document of running text into windows of one length, each with the constant prefix in front.</summary>
/// <param name="prefix">Ids in front of every window.</param>
/// <param name="sequenceLength">Length of a window, the prefix included; longer than the prefix.</param>
/// <param name="start">Where windows begin.</param>
internal sealed class WindowCutter(int[] prefix, int sequenceLength, WindowStart start)
{
    /// <summary>Tokens of the document in each window.</summary>
    public int BodyLength { get; } = sequenceLength - prefix.Length;

    /// <summary>The first windows of a document, at most <paramref name="maximum"/>. A remainder shorter than a window is dropped: every window of running text has the same length.</summary>
    /// <param name="ids">Tokens of the whole document.</param>
    /// <param name="seed">Of the place of a <see cref="WindowStart.Random"/> window.</param>
    /// <param name="maximum">Windows that can still be used.</param>
    /// <param name="dropped">Tokens of the document that are in no window although windows were to be had.</param>
    public List<int[]> Cut(ReadOnlySpan<int> ids, ulong seed, long maximum, out long dropped)
    {
        var windows = new List<int[]>();
        if (start == WindowStart.Random)
        {
            if (ids.Length >= BodyLength && maximum > 0)
            {
                var random = new SplitMix64(seed);
                windows.Add(Window(ids.Slice(random.NextBelow(ids.Length - BodyLength + 1), BodyLength)));
            }

            dropped = ids.Length - ((long)windows.Count * BodyLength);
            return windows;
        }

        for (var at = 0; at + BodyLength <= ids.Length && windows.Count < maximum; at += BodyLength)
        {
            windows.Add(Window(ids.Slice(at, BodyLength)));
        }

        dropped = ids.Length % BodyLength;
        return windows;
    }

    private int[] Window(ReadOnlySpan<int> body)
    {
        var window = new int[prefix.Length + body.Length];
        prefix.CopyTo(window, 0);
        body.CopyTo(window.AsSpan(prefix.Length));
        return window;
    }
}
