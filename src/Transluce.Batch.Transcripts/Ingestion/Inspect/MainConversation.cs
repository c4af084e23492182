using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample's own messages as they pass: held while they are few, else only counted, to be read again when they are written.</summary>
internal sealed class MainConversation(IngestLimits limits, ScratchText? scratch = null)
{
    private readonly List<Message> held = [];
    private readonly HashSet<UInt128> identities = [];
    private readonly XxHash128 digest = new();
    private long heldUnits;

    public int Count { get; private set; }

    /// <summary>Whether there were too many to hold.</summary>
    public bool Overflowed { get; private set; }

    public IReadOnlyList<Message> Held => held;

    public ToolResultIndex Results { get; } = new();

    /// <summary>Hash of the messages' identities in their order.</summary>
    public string Digest => digest.GetCurrentHashAsUInt128().ToString("x32", CultureInfo.InvariantCulture);

    public void Clear()
    {
        held.Clear();
        identities.Clear();
        Results.Clear();
        digest.Reset();
        (Count, heldUnits, Overflowed) = (0, 0, false);
    }

    public void Add(Message message)
    {
        Results.Add(Count, message);
        var identity = Identity(message);
        identities.Add(identity);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, identity);
        digest.Append(bytes);
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

    public bool Contains(Message message) => identities.Contains(Identity(message, scratch));

    /// <summary>A message's id, else its content. Attachments are not resolved yet, so that without ids equal messages can differ; never the other way round.</summary>
    public static UInt128 Identity(Message message) => Identity(message, null);

    /// <param name="message">The message.</param>
    /// <param name="scratch">Where texts lie that could be held but are not: their content counts like that of the others. Of longer ones only the length does.</param>
    public static UInt128 Identity(Message message, ScratchText? scratch)
    {
        if (!string.IsNullOrEmpty(message.Id))
        {
            return XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(message.Id));
        }

        var hash = new XxHash128();
        Append(message.Role);
        foreach (var part in message.Parts)
        {
            if (part.Text.Held is null && part.Text.Units <= scratch?.TextUnits)
            {
                Append(string.Concat(scratch.Pieces(part.Text)));
            }
            else
            {
                Append(part.Text.Held ?? $"{part.Text.Units}");
            }
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
