using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// The attachments of a sample that its messages refer to. References are whole strings, <c>attachment://</c> (or <c>tc://</c> in old logs) and
/// a hash, or, in chunked samples, a number; one that leads nowhere is text like any other.
/// </summary>
/// <param name="scratch">For what is too much to hold.</param>
/// <param name="limits">What is held, where the others lie being seen in no row, and what JSON may become.</param>
internal sealed partial class AttachmentTable(ScratchText scratch, IngestLimits limits)
{
    private const int MostWanted = 1 << 20;
    private const int MostReferenceUnits = 80;
    private readonly Dictionary<string, long> wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TextValue> found = new(StringComparer.Ordinal);
    private long unitsFound;
    private int? wantedAtSection;

    /// <summary>Whether something came to be wanted after the attachments had passed.</summary>
    public bool Missed => wantedAtSection is { } then && wanted.Count > then;

    /// <summary>Whether an attachment was too long for the JSON or the view that refers to it.</summary>
    public bool LeftReference { get; private set; }

    /// <summary>What was resolved before was compared only: whether it is whole is to be seen in no row.</summary>
    public void BeginRows() => LeftReference = false;

    /// <summary>UTF-16 units that come to stand where there are references now: a few attachments can be referred to any number of times.</summary>
    public double ReferencedUnits => wanted.Sum(reference => found.TryGetValue(reference.Key, out var text) ? (double)reference.Value * text.Units : 0);

    /// <summary>The key a string refers to, or null where it is no reference.</summary>
    public static string? KeyOf(string? text)
    {
        if (text is null || text.Length is < 6 or > MostReferenceUnits)
        {
            return null;
        }

        var key = text.StartsWith("attachment://", StringComparison.Ordinal) ? text[13..] : text.StartsWith("tc://", StringComparison.Ordinal) ? text[5..] : "";
        return key.Length > 0 && key.All(char.IsAsciiHexDigit) ? key : null;
    }

    public void Want(Message message)
    {
        foreach (var part in message.Parts)
        {
            Want(part.Text);
        }

        foreach (var call in message.Calls)
        {
            WantWithin(call.ArgumentsJson);
            Want(call.View);
        }

        Want(message.ErrorMessage?.Held);
        WantWithin(message.MetadataJson);
    }

    public void Want(TextValue text) => Want(text.Held);

    public void WantWithin(string? json)
    {
        if (json is not null && json.Contains("://", StringComparison.Ordinal))
        {
            foreach (Match match in ReferenceInJson().Matches(json))
            {
                Want(match.Groups[1].Value);
            }
        }
    }

    /// <summary>Reads an object of attachments; what is not wanted is passed over.</summary>
    public void ReadObject(FieldReader fields)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        wantedAtSection = wanted.Count;
        json.BeginObject();
        while (json.NextName())
        {
            ReadOne(fields, Encoding.UTF8.GetString(json.Name));
        }
    }

    /// <summary>Reads a chunk: an array whose first element has the number <paramref name="start"/>.</summary>
    public void ReadArray(FieldReader fields, long start)
    {
        var json = fields.Json;
        wantedAtSection = wanted.Count;
        json.BeginArray();
        for (var index = start; json.NextItem(); index++)
        {
            ReadOne(fields, index.ToString(CultureInfo.InvariantCulture));
        }
    }

    public Message Resolve(Message message)
    {
        if (found.Count == 0)
        {
            return message;
        }

        var room = new Room(limits.JsonBytes);
        return message with
        {
            Parts = [.. message.Parts.Select(part => part with { Text = Resolve(part.Text) })],
            Calls = message.Calls.Count == 0 ? [] : [.. message.Calls.Select(call => Resolve(call, room))],
            ErrorMessage = message.ErrorMessage is { } error ? Resolve(error) : null,
            MetadataJson = ResolveWithin(message.MetadataJson, room),
        };
    }

    public TextValue Resolve(TextValue text) => KeyOf(text.Held) is { } key && found.TryGetValue(key, out var attachment) ? attachment : text;

    /// <summary>The JSON with every string that is a reference replaced; attachments too long for it, by themselves or together, stay references.</summary>
    public string? ResolveWithin(string? json) => ResolveWithin(json, new Room(limits.JsonBytes));

    private string? ResolveWithin(string? json, Room room)
        => json is null || found.Count == 0 || !json.Contains("://", StringComparison.Ordinal) ? json : ReferenceInJson().Replace(json, match =>
        {
            if (Short(match.Groups[1].Value, room) is not { } text)
            {
                return match.Value;
            }

            var copy = new JsonCopy(int.MaxValue);
            copy.String(text);
            return copy.Text();
        });

    private MessageCall Resolve(MessageCall call, Room room) => call with
    {
        ArgumentsJson = ResolveWithin(call.ArgumentsJson, room)!,
        View = call.View is { } view ? Short(view, room) ?? view : null,
    };

    /// <summary>What a reference leads to; null where it leads nowhere, or to more than there is room for.</summary>
    private string? Short(string reference, Room room)
    {
        if (KeyOf(reference) is not { } key || !found.TryGetValue(key, out var attachment))
        {
            return null;
        }

        if (attachment.Units > scratch.TextUnits || !room.Take(attachment.Units))
        {
            LeftReference = true;
            return null;
        }

        return string.Concat(scratch.Pieces(attachment));
    }

    private void Want(string? text)
    {
        if (KeyOf(text) is { } key && (wanted.TryGetValue(key, out var times) || wanted.Count < MostWanted))
        {
            wanted[key] = times + 1;
        }
    }

    private void ReadOne(FieldReader fields, string key)
    {
        fields.BeginItem();
        if (!wanted.ContainsKey(key) || fields.Json.Peek() != JsonKind.String)
        {
            fields.Json.Skip();
            return;
        }

        var text = fields.Text()!.Value;
        unitsFound += text.Held?.Length ?? 0;
        // One that may itself be a reference is looked at again as a string, wherever the others are.
        found[key] = unitsFound > limits.HeldUnits / 3 && text.Units > MostReferenceUnits ? scratch.Store(text) : text;
    }

    /// <summary>UTF-16 units that may still be put into the JSON and the views of one message.</summary>
    private sealed class Room(long units)
    {
        private long left = units;

        public bool Take(long more)
        {
            var fits = more <= left;
            left -= fits ? more : 0;
            return fits;
        }
    }

    // A quotation mark with a backslash before it is within a string, not at its start; a colon behind makes it a name.
    [GeneratedRegex("""(?<!\\)"((?:attachment|tc)://[0-9a-fA-F]{1,64})"(?!:)""", RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceInJson();
}
