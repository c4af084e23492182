using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample's own messages as they pass: held while they are few, else only counted, to be read again when they are written.</summary>
internal sealed class MainConversation(IngestLimits limits)
{
    private readonly List<Message> held = [];
    private readonly HashSet<UInt128> identities = [];
    private long heldUnits;

    public int Count { get; private set; }

    /// <summary>Whether there were too many to hold.</summary>
    public bool Overflowed { get; private set; }

    public IReadOnlyList<Message> Held => held;

    public ToolResultIndex Results { get; } = new();

    public void Clear()
    {
        held.Clear();
        identities.Clear();
        Results.Clear();
        (Count, heldUnits, Overflowed) = (0, 0, false);
    }

    public void Add(Message message)
    {
        Results.Add(Count, message);
        identities.Add(Identity(message));
        Count++;
        if (Overflowed)
        {
            return;
        }

        held.Add(message);
        heldUnits += message.HeldUnits;
        if (heldUnits > limits.HeldUnits || held.Count > limits.HeldMessages)
        {
            Overflowed = true;
            held.Clear();
        }
    }

    public bool Contains(Message message) => identities.Contains(Identity(message));

    /// <summary>A message's id, else its content. Attachments are not resolved yet, so that without ids equal messages can differ; never the other way round.</summary>
    public static UInt128 Identity(Message message)
    {
        if (!string.IsNullOrEmpty(message.Id))
        {
            return XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(message.Id));
        }

        var hash = new XxHash128();
        Append(message.Role);
        foreach (var part in message.Parts)
        {
            Append(part.Text.Held ?? $"{part.Text.Units}");
        }

        foreach (var call in message.Calls)
        {
            Append(call.Function);
            Append(call.ArgumentsJson);
        }

        return hash.GetCurrentHashAsUInt128();

        void Append(string text)
        {
            hash.Append(Encoding.UTF8.GetBytes(text));
            hash.Append([0]);
        }
    }
}
