namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Turns a count into a strength below one: each further occurrence adds less.</summary>
public static class Saturation
{
    /// <summary>0 up to <paramref name="from"/>, then 1 - exp(-(count - from) / scale).</summary>
    public static double Of(double count, double from, double scale) => count <= from ? 0 : 1 - Math.Exp(-(count - from) / scale);
}
