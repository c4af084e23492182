namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Finds the largest of many gains in two passes: how many lie above each step of about 3 %, then the few that can be among them. Belongs to one thread.</summary>
internal sealed class LargestGains
{
    // The upper 13 bits of a positive float: its exponent and five bits of its fraction, ascending with its value.
    private const int Shift = 18;

    private readonly int[] histogram = new int[1 << (31 - Shift)];
    private readonly List<(float Gain, int Place)> found = [];

    /// <summary>The places of the largest gains, best first; of equal gains the lower place is the better. Gains of zero or less, and NaN, are passed over.</summary>
    public IReadOnlyList<(float Gain, int Place)> Find(ReadOnlySpan<float> gains, int count)
    {
        Array.Clear(histogram);
        foreach (var gain in gains)
        {
            if (gain > 0)
            {
                histogram[BitConverter.SingleToUInt32Bits(gain) >> Shift]++;
            }
        }

        var step = histogram.Length - 1;
        for (var above = 0; step > 0 && above + histogram[step] < count; step--)
        {
            above += histogram[step];
        }

        var floor = Math.Max(BitConverter.UInt32BitsToSingle((uint)step << Shift), float.Epsilon);
        found.Clear();
        for (var place = 0; place < gains.Length; place++)
        {
            if (gains[place] >= floor)
            {
                found.Add((gains[place], place));
            }
        }

        found.Sort(static (a, b) => a.Gain != b.Gain ? b.Gain.CompareTo(a.Gain) : a.Place.CompareTo(b.Place));
        if (found.Count > count)
        {
            found.RemoveRange(count, found.Count - count);
        }

        return found;
    }
}
