using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Vectors as rows of one array, row after row.</summary>
public sealed class VectorTable
{
    /// <param name="values">Rows × dimensions numbers; kept, not copied.</param>
    /// <param name="dimensions">Numbers per row.</param>
    public VectorTable(float[] values, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (values.Length % dimensions != 0)
        {
            throw new ArgumentException($"{values.Length} numbers are no whole rows of {dimensions}.", nameof(values));
        }

        Values = values;
        Dimensions = dimensions;
        Rows = values.Length / dimensions;
    }

    public float[] Values { get; }

    public int Rows { get; }

    public int Dimensions { get; }

    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Dimensions, Dimensions);

    /// <summary>Vectors brought to length one.</summary>
    /// <exception cref="ArtifactException">Vectors of different lengths, zeros, NaN or infinities: what makes them must report those itself.</exception>
    public static VectorTable Normalised(IReadOnlyList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
        {
            return new VectorTable([], 1);
        }

        var dimensions = vectors[0].Length;
        if ((long)dimensions * vectors.Count > Array.MaxLength)
        {
            throw new ArtifactException($"{vectors.Count} vectors of {dimensions} numbers do not fit into one array; expected at most {Array.MaxLength / dimensions} vectors: cluster runs instead of chunks, or fewer logs.");
        }

        var values = new float[dimensions * vectors.Count];
        for (var row = 0; row < vectors.Count; row++)
        {
            if (vectors[row].Length != dimensions)
            {
                throw new ArtifactException($"Vector {row} has {vectors[row].Length} numbers, vector 0 has {dimensions}; vectors of one model have one length: embed all logs with the same provider.");
            }

            vectors[row].CopyTo(values, row * dimensions);
            if (!Normalise(values.AsSpan(row * dimensions, dimensions)))
            {
                throw new ArtifactException($"Vector {row} has no direction (zero, NaN or infinite); expected a vector of length one: the embed stage reports such texts with a reason instead.");
            }
        }

        return new VectorTable(values, dimensions);
    }

    /// <summary>Brings one vector to length one, in double precision.</summary>
    /// <returns>False where it has no direction; it is left as it was.</returns>
    public static bool Normalise(Span<float> vector)
    {
        var length = Math.Sqrt(FixedDot.Double(vector, vector));
        if (!(length > 0) || !double.IsFinite(length))
        {
            return false;
        }

        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / length);
        }

        return true;
    }
}
