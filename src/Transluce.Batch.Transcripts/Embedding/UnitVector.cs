namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>Vectors of length one and their bytes.</summary>
internal static class UnitVector
{
    /// <summary>The vector divided by its length; empty where it has none. Summed in order in fp64, so that every machine gets the same bits.</summary>
    public static float[] Of(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;
        foreach (var value in vector)
        {
            squares += (double)value * value;
        }

        if (!double.IsFinite(squares) || squares <= 0)
        {
            return [];
        }

        var length = Math.Sqrt(squares);
        var unit = new float[vector.Length];
        for (var index = 0; index < unit.Length; index++)
        {
            unit[index] = (float)(vector[index] / length);
        }

        return unit;
    }

    public static byte[] ToBytes(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        Buffer.BlockCopy(vector, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    public static float[] FromBytes(byte[] bytes)
    {
        var vector = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, vector, 0, vector.Length * sizeof(float));
        return vector;
    }
}
