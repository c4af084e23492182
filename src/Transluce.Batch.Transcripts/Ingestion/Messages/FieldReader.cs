using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads the small values of a log, tolerant of the types they are written in.</summary>
internal sealed class FieldReader(JsonCursor json, ScratchText scratch, int jsonBytes)
{
    private const int MostShortUnits = 1 << 16;
    private readonly TextBuilder text = new(scratch);
    private readonly JsonCopy copy = new(jsonBytes);

    public JsonCursor Json => json;

    /// <summary>Longest piece of JSON text that is kept.</summary>
    public int JsonBytes => jsonBytes;

    /// <summary>A string of any length; null where the value is null; other values as their JSON.</summary>
    public TextValue? Text()
    {
        switch (json.Peek())
        {
            case JsonKind.Null:
                json.ReadNull();
                return null;
            case JsonKind.String:
                json.ReadString(text);
                return text.Take();
            default:
                return TextValue.Of(RawJson());
        }
    }

    /// <summary>A short string, cut where it is not short, which is marked; null where the value is null; numbers and truth values as written.</summary>
    public string? Short()
    {
        if (Text() is not { } value)
        {
            return null;
        }

        if (value.Held is { Length: <= MostShortUnits } held)
        {
            return held;
        }

        json.MarkCut();
        var head = new StringBuilder();
        foreach (var piece in scratch.Pieces(value))
        {
            if (head.Append(piece).Length > MostShortUnits)
            {
                break;
            }
        }

        return Cut(head.ToString());
    }

    /// <summary>All of a text, or null where it is longer than a piece of JSON may be.</summary>
    public string? Whole(TextValue value) => value.Units <= jsonBytes ? string.Concat(scratch.Pieces(value)) : null;

    /// <summary>A value as compact JSON; null where it is null.</summary>
    public string? JsonText()
    {
        if (json.Peek() == JsonKind.Null)
        {
            json.ReadNull();
            return null;
        }

        return RawJson();
    }

    /// <summary>A number, also where it is written as a string; null for everything else.</summary>
    public double? Number()
    {
        switch (json.Peek())
        {
            case JsonKind.Number:
                return json.ReadDouble();
            case JsonKind.String:
                return double.TryParse(Short(), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : null;
            default:
                json.Skip();
                return null;
        }
    }

    public long Count()
    {
        var value = Number() ?? 0;
        return value is >= 0 and < 9e18 ? (long)value : 0;
    }

    public bool Flag()
    {
        if (json.Peek() is JsonKind.True or JsonKind.False)
        {
            return json.ReadBoolean();
        }

        json.Skip();
        return false;
    }

    /// <summary>Elements of an array, which are passed over; 0 where it is none.</summary>
    public int CountItems()
    {
        if (json.Peek() != JsonKind.Array)
        {
            json.Skip();
            return 0;
        }

        var count = 0;
        json.BeginArray();
        while (json.NextItem())
        {
            json.Skip();
            count++;
        }

        return count;
    }

    /// <summary>Drops what a fault left half read.</summary>
    public void Drop() => text.Take();

    private string RawJson()
    {
        copy.Clear();
        json.Copy(copy);
        return Taken(copy);
    }

    /// <summary>What a copy holds; one that overflowed holds a note, and that is marked.</summary>
    public string Taken(JsonCopy value)
    {
        if (value.Overflowed)
        {
            json.MarkCut();
        }

        return value.Text();
    }

    private static string Cut(string text)
    {
        var length = Math.Min(text.Length, MostShortUnits);
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
