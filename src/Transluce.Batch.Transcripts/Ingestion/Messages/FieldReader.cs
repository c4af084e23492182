using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Reads the small values of a log, tolerant of the types they are written in. It counts what they take together: a message, or a property of a sample,
/// is whole in memory before anyone can decide whether to hold it.
/// </summary>
internal sealed class FieldReader(JsonCursor json, ScratchText scratch, IngestLimits limits)
{
    private const int MostShortUnits = 1 << 16;

    // What an object for a value takes beside the value.
    private const int ValueUnits = 32;

    // Shorter ones would not take less room as a place in the scratch file.
    private const int LeastStoredUnits = 1024;
    private readonly TextBuilder text = new(scratch);
    private readonly JsonCopy copy = new(limits.JsonBytes);
    private long itemUnits;
    private long itemTextUnits;

    public JsonCursor Json => json;

    public IngestLimits Limits => limits;

    /// <summary>What was read so far is held by someone who counts it, or let go.</summary>
    public void BeginItem() => (itemUnits, itemTextUnits) = (0, 0);

    /// <summary>Counts what is about to be held of the item being read.</summary>
    /// <returns>False where it is too much: it must not be held then, and the sample is spoilt.</returns>
    public bool Take(long units)
    {
        itemUnits += units;
        if (itemUnits <= limits.HeldUnits)
        {
            return true;
        }

        json.Spoil(LogDamage.Cap, FormattableString.Invariant($"one message or property would take more memory than {limits.HeldUnits} characters (heldUnits)"));
        return false;
    }

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
                return Kept(text.Take());
            default:
                return TextValue.Of(RawJson());
        }
    }

    /// <summary>A short string, cut where it is not short, which is marked; null where the value is null; numbers and truth values as written.</summary>
    public string? Short()
    {
        switch (json.Peek())
        {
            case JsonKind.Null:
                json.ReadNull();
                return null;
            case JsonKind.String:
                json.ReadString(text);
                var head = Head(text.Take());
                return Take(ValueUnits + head.Length) ? head : "";
            default:
                return Head(TextValue.Of(RawJson()));
        }
    }

    /// <summary>A string that has to be whole; null where it is longer than a piece of JSON may be, or the value null.</summary>
    public string? Whole() => Text() is { } value && value.Units <= limits.JsonBytes ? string.Concat(scratch.Pieces(value)) : null;

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

    /// <summary>Metadata as compact JSON; null where there is none.</summary>
    public string? Metadata() => JsonText() is { } text && text != "{}" ? text : null;

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

    /// <summary>What a copy holds, which is counted; one that overflowed holds a note, and that is marked.</summary>
    public string Taken(JsonCopy value)
    {
        if (value.Overflowed)
        {
            json.MarkCut();
        }

        return Take(ValueUnits + (value.Overflowed ? 0 : value.Length)) ? value.Text() : "null";
    }

    private TextValue Kept(TextValue value)
    {
        if (value.Held is not { Length: >= LeastStoredUnits } held)
        {
            return Take(ValueUnits + (value.Held?.Length ?? 0)) ? value : TextValue.Of("");
        }

        // Counted apart from what cannot be stored: whether an item is too large must not depend on the order of its properties.
        itemTextUnits += held.Length;
        return !Take(ValueUnits) ? TextValue.Of("") : itemTextUnits <= limits.HeldUnits / 2 ? value : scratch.Store(value);
    }

    /// <summary>The beginning of a text, wherever it lies; that it is not all is marked.</summary>
    private string Head(TextValue value)
    {
        if (value.Units <= MostShortUnits)
        {
            return string.Concat(scratch.Pieces(value));
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

        return head.ToString(0, char.IsHighSurrogate(head[MostShortUnits - 1]) ? MostShortUnits - 1 : MostShortUnits);
    }
}
