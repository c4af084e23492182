using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>One entry of a pattern: a context and what is expected where it is the longest that matches.</summary>
/// <param name="Context">Packed context.</param>
/// <param name="Length">Tokens in it.</param>
/// <param name="Value">Expected rectified activation, less what the regression expects.</param>
/// <param name="Evidence">Weight of the train tokens behind it.</param>
public readonly record struct PatternEntry(ulong Context, int Length, float Value, float Evidence);

/// <summary>A fitted pattern of one polarity; see <see cref="PatternRow"/>.</summary>
public sealed record Pattern(float Base, IReadOnlyList<PatternEntry> Entries, float[] Weights)
{
    /// <summary>The stored form; contexts are written oldest token first.</summary>
    public PatternRow ToRow(int layer, int neuron, int polarity)
    {
        var ids = new List<int>();
        foreach (var entry in Entries)
        {
            for (var back = entry.Length - 1; back >= 0; back--)
            {
                ids.Add(Context.Token(entry.Context, back));
            }
        }

        return new PatternRow(
            layer, neuron, polarity, Base, [.. Entries.Select(entry => entry.Length)], [.. ids], [.. Entries.Select(entry => entry.Value)], [.. Entries.Select(entry => entry.Evidence)], Weights, null);
    }

    /// <summary>Reads the stored form back.</summary>
    /// <exception cref="ArtifactException">The lists of the row do not fit together.</exception>
    public static Pattern FromRow(PatternRow row)
    {
        if (row.ContextLengths.Length != row.Values.Length || row.ContextLengths.Length != row.Evidence.Length || row.ContextLengths.Sum() != row.ContextIds.Length
            || row.ContextLengths.Any(length => length is < 1 or > Context.MaximumLength) || (row.Weights.Length != 0 && row.Weights.Length != RegressionFeatures.Count))
        {
            throw new ArtifactException($"Pattern of layer {row.Layer}, neuron {row.Neuron}, polarity {row.Polarity}: its lists do not fit together ({row.ContextLengths.Length} lengths, {row.ContextIds.Length} ids, {row.Values.Length} values, {row.Weights.Length} weights); recompute the explain stage.");
        }

        var entries = new PatternEntry[row.ContextLengths.Length];
        var at = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var length = row.ContextLengths[i];
            var ids = row.ContextIds.AsSpan(at, length);
            var packed = Context.Pack(ids[^1], length > 1 ? ids[^2] : TokenWindow.Start, length > 2 ? ids[^3] : TokenWindow.Start);
            entries[i] = new PatternEntry(Context.Shorten(packed, length), length, row.Values[i], row.Evidence[i]);
            at += length;
        }

        return new Pattern(row.BaseValue, entries, row.Weights);
    }
}
