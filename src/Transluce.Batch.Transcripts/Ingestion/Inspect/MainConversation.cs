using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample's own messages as they pass: held while they are few, else only counted, to be read again when they are written.</summary>
internal sealed class MainConversation
{
    private readonly IngestLimits limits;
    private readonly ScratchText scratch;
    private readonly List<Message> held = [];
    private readonly HashSet<UInt128> identities = [];
    private readonly XxHash128 digest = new();
    private readonly HeldShare share;
    private long parts;

    /// <param name="limits">What a sample may cost.</param>
    /// <param name="scratch">Holds long texts.</param>
    /// <param name="share">Where several conversations are held, the share of all of them.</param>
    public MainConversation(IngestLimits limits, ScratchText scratch, HeldShare? share = null) => (this.limits, this.scratch, this.share) = (limits, scratch, share ?? new HeldShare(limits));

    public int Count { get; private set; }

    /// <summary>UTF-16 units of the longest field of a block, attachments not counted.</summary>
    public long LongestField { get; private set; }

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
        share.Clear();
        (Count, parts, Overflowed) = (0, 0, false);
    }

    /// <returns>False where there are more messages than a sample may have.</returns>
    public bool Add(Message message)
    {
        parts += Math.Max(1, message.Parts.Count);
        if (parts > limits.SampleMessages)
        {
            return false;
        }

        LongestField = Math.Max(LongestField, message.LongestField);
        Results.Add(Count, message);
        var identity = Identity(message, scratch);
        identities.Add(identity);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, identity);
        digest.Append(bytes);
        Count++;
        if (Overflowed)
        {
            return true;
        }

        Overflowed = !share.Add(message);
        if (Overflowed)
        {
            held.Clear();
            held.TrimExcess();
        }
        else
        {
            held.Add(message);
        }

        return true;
    }

    public bool Contains(UInt128 identity) => identities.Contains(identity);

    /// <summary>
    /// A message's id, else its content; of texts too long to hold only the length. Attachments may not be resolved yet, so that without ids equal
    /// messages can differ.
    /// </summary>
    public static UInt128 Identity(Message message, ScratchText scratch)
    {
        if (!string.IsNullOrEmpty(message.Id))
        {
            return XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(message.Id));
        }

        var hash = new XxHash128();
        Append(message.Role);
        foreach (var part in message.Parts)
        {
            // A text of any other length is taken as it is, wherever it came to lie.
            Append(part.Text.Units > scratch.TextUnits ? $"{part.Text.Units}" : part.Text.Held ?? string.Concat(scratch.Pieces(part.Text)));
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
