using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Members of an object that no column is for, kept as one JSON object so that nothing of a run is lost.</summary>
/// <param name="limit">Bytes of it; where they are not enough a note takes its place.</param>
internal sealed class OtherMembers(int limit)
{
    private readonly JsonCopy copy = new(limit);

    /// <summary>The object as compact JSON, or null where there is no such member.</summary>
    public string? Json => copy.Length == 0 ? null : copy.Overflowed ? copy.Text() : copy.Text() + "}";

    /// <summary>Takes over the value at the cursor.</summary>
    public void Add(string name, JsonCursor json)
    {
        Begin(name);
        json.Copy(copy);
        MarkCut(json);
    }

    /// <summary>Takes over the value at the cursor where it says something: null and empty values are as good as absent ones.</summary>
    public void AddFilled(string name, FieldReader fields)
    {
        if (fields.JsonText() is { } text and not ("{}" or "[]" or "\"\""))
        {
            Begin(name);
            copy.Token(Encoding.UTF8.GetBytes(text));
            MarkCut(fields.Json);
        }
    }

    private void MarkCut(JsonCursor json)
    {
        if (copy.Overflowed)
        {
            json.MarkCut();
        }
    }

    private void Begin(string name)
    {
        copy.Structure(copy.Length == 0 ? (byte)'{' : (byte)',');
        copy.String(name);
        copy.Structure((byte)':');
    }
}
