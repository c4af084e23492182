using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>A row with every column type there is.</summary>
[Table("every_type", 3, RowGroupRows = 7)]
public sealed record EveryTypeRow(
    [property: Key] int Layer,
    [property: Key] Split Split,
    [property: Key] string Name,
    long Big,
    float Single,
    double Double,
    bool Flag,
    string Text,
    string? MaybeText,
    float? MaybeSingle,
    int[] Ints,
    float[] Singles,
    double[] Doubles,
    byte[] Bytes,
    string[] Texts)
{
    /// <summary>Rows with every awkward value, ascending by key.</summary>
    public static IEnumerable<EveryTypeRow> Many(int count, int seed = 1)
    {
        var random = new Random(seed);
        string[] texts = ["", "plain", "naïve café", "日本語 🦙", "\0\n\t\"\\", new string('x', 5000), "\uFFFD end"];
        float[] singles = [0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MinValue, float.Epsilon];
        for (var i = 0; i < count; i++)
        {
            yield return new EveryTypeRow(
                i / 9,
                (Split)(i / 3 % 3),
                "key" + (i % 3),
                random.NextInt64(long.MinValue, long.MaxValue),
                singles[i % singles.Length],
                i % 5 == 0 ? double.NaN : random.NextDouble() * 1e300,
                random.Next(2) == 0,
                texts[i % texts.Length],
                i % 3 == 0 ? null : texts[(i + 3) % texts.Length],
                i % 4 == 0 ? null : singles[i % singles.Length],
                [.. Enumerable.Range(0, i % 4).Select(_ => random.Next(int.MinValue, int.MaxValue))],
                [.. Enumerable.Range(0, (i + 1) % 5).Select(j => singles[j])],
                [.. Enumerable.Range(0, i % 2).Select(_ => random.NextDouble())],
                [.. Enumerable.Range(0, i % 6).Select(j => (byte)(250 + j))],
                [.. Enumerable.Range(0, i % 3).Select(j => texts[(i + j) % texts.Length])]);
        }
    }

    public static void AssertSame(EveryTypeRow expected, EveryTypeRow actual)
    {
        Assert.Equal((expected.Layer, expected.Split, expected.Name, expected.Big, expected.Flag), (actual.Layer, actual.Split, actual.Name, actual.Big, actual.Flag));
        Assert.Equal((expected.Text, expected.MaybeText), (actual.Text, actual.MaybeText));
        Assert.Equal(BitConverter.SingleToInt32Bits(expected.Single), BitConverter.SingleToInt32Bits(actual.Single));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Double), BitConverter.DoubleToInt64Bits(actual.Double));
        Assert.Equal(expected.MaybeSingle, actual.MaybeSingle);
        Assert.Equal(expected.Ints, actual.Ints);
        Assert.Equal(expected.Singles, actual.Singles);
        Assert.Equal(expected.Doubles, actual.Doubles);
        Assert.Equal(expected.Bytes, actual.Bytes);
        Assert.Equal(expected.Texts, actual.Texts);
    }
}
