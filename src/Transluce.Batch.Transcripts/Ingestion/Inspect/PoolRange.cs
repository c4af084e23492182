namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Messages of a pool, from <paramref name="Start"/> up to and without <paramref name="End"/>.</summary>
internal readonly record struct PoolRange(long Start, long End)
{
    private const int MostRanges = 1 << 20;

    /// <summary>Reads <c>[[0,2],[8,12]]</c>; what is no such list spoils the sample, since messages would be missing from it.</summary>
    public static IReadOnlyList<PoolRange> Read(JsonCursor json)
    {
        var ranges = new List<PoolRange>();
        if (json.Peek() != JsonKind.Array)
        {
            if (!json.ReadNull())
            {
                json.Spoil(LogDamage.Shape, $"references into the pool of messages must be a list, {json.Peek()} was found");
                json.Skip();
            }

            return ranges;
        }

        json.BeginArray();
        while (json.NextItem())
        {
            var range = json.Peek() == JsonKind.Array ? ReadOne(json) : Skip(json);
            if (ranges.Count >= MostRanges)
            {
                json.Spoil(LogDamage.Cap, FormattableString.Invariant($"a list has more than {MostRanges} references into the pool of messages"));
                continue;
            }

            if (range is null)
            {
                json.Spoil(LogDamage.Shape, "references into the pool of messages must be pairs [start, end]");
                continue;
            }

            ranges.Add(range.Value);
        }

        return ranges;
    }

    private static PoolRange? Skip(JsonCursor json)
    {
        json.Skip();
        return null;
    }

    private static PoolRange? ReadOne(JsonCursor json)
    {
        Span<double> values = stackalloc double[2];
        var count = 0;
        json.BeginArray();
        while (json.NextItem())
        {
            if (json.Peek() != JsonKind.Number)
            {
                json.Skip();
                count = 3;
                continue;
            }

            var value = json.ReadDouble();
            if (count < 2)
            {
                values[count] = value;
            }

            count++;
        }

        return count == 2 && values[0] >= 0 && values[1] >= values[0] && values[1] < 1e12 ? new PoolRange((long)values[0], (long)values[1]) : null;
    }
}
