using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Writes one transcript's blocks and calls as its messages pass, and remembers what the run's row needs of them.</summary>
internal sealed class ConversationWriter(LogTables tables, SampleReading reading, RunLabel run, RunAttachments attachments)
{
    private const long RowGroupUnits = 16 << 20;
    private long largeUnits;
    private readonly Dictionary<UInt128, int> occurrences = [];
    private readonly IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ActionUnits units = new();

    public int Messages { get; private set; }

    public int Turns { get; private set; }

    public int CallCount { get; private set; }

    public int ParseErrors { get; private set; }

    /// <summary>Writes all of it, the row of <c>transcripts</c> too.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="ordinal">Its place in the run.</param>
    /// <param name="transcriptId">Its id, one of its own.</param>
    /// <param name="groupId">The group it is in.</param>
    /// <returns>Hash of its blocks.</returns>
    public string Write(Conversation conversation, int ordinal, string transcriptId, string? groupId)
    {
        foreach (var message in conversation.Messages)
        {
            WriteBlock(reading.Attachments.Resolve(message), transcriptId, ordinal, conversation.Results);
        }

        var hash = Convert.ToHexStringLower(content.GetHashAndReset());
        tables.Transcripts.Write(new TranscriptRow(
            run.Ordinal, ordinal, transcriptId, run.AgentRunId, groupId, conversation.Origin, conversation.Name, Messages, hash,
            reading.Attachments.ResolveWithin(conversation.MetadataJson), conversation.OtherJson));
        content.Dispose();
        return hash;
    }

    private void WriteBlock(Message message, string transcriptId, int transcript, ToolResultIndex results)
    {
        var fields = new BlockContent(message, reading.Scratch);
        var hash = fields.Hash(message);
        content.AppendData(Encoding.ASCII.GetBytes(hash));
        Span<byte> half = stackalloc byte[16];
        Convert.FromHexString(hash.AsSpan(0, 32), half, out _, out _);
        var key = BinaryPrimitives.ReadUInt128BigEndian(half);
        var occurrence = occurrences[key] = occurrences.GetValueOrDefault(key) + 1;
        var blockId = StableId.Of(transcriptId, hash, occurrence.ToString(CultureInfo.InvariantCulture));
        var calls = Calls(message, transcript, blockId, results);
        var block = new BlockRow(
            run.Ordinal, transcript, Messages, blockId, transcriptId, run.AgentRunId, units.Next(message.Role),
            message.Id, message.Role, message.Source, message.Model, message.ContentTypes,
            fields.Text.Head, fields.Reasoning?.Head, fields.Other?.Head,
            message.Role == "tool" ? message.Function : null, message.ToolCallId, message.ErrorType, fields.Error?.Head,
            message.MetadataJson, fields.Text.Units, fields.TextSha256, RenderedSha256: fields.TextSha256, Flags(message, fields));
        // Most blocks are rendered as their text: nothing to render and to hash again.
        tables.Blocks.Write(fields.IsTextAlone && calls.Length == 0 ? block : block with { RenderedSha256 = BlockRendering.Sha256(block, calls) });
        WriteLarge(fields, transcript);
        foreach (var call in calls)
        {
            tables.Calls.Write(call);
            CallCount++;
            ParseErrors += string.IsNullOrEmpty(call.ParseError) ? 0 : 1;
        }

        foreach (var media in fields.Media)
        {
            attachments.Write(tables, run.Ordinal, media, blockId);
        }

        Messages++;
        Turns += message.Role == "assistant" ? 1 : 0;
    }

    private void WriteLarge(BlockContent fields, int transcript)
    {
        if (!fields.IsLarge)
        {
            return;
        }

        foreach (var (field, text) in fields.Large())
        {
            var piece = 0;
            foreach (var part in text.Pieces())
            {
                tables.LargeTexts.Write(new LargeTextRow(run.Ordinal, transcript, Messages, field, piece++, part));
            }
        }

        // A full row group of such rows would be as large as memory, and the footer keeps two of every row group's texts: neither too long nor too many.
        largeUnits += reading.Limits.TextUnits;
        if (largeUnits >= RowGroupUnits)
        {
            largeUnits = 0;
            tables.Blocks.EndRowGroup();
        }
    }

    private ToolCallRow[] Calls(Message message, int transcript, string blockId, ToolResultIndex results)
    {
        var rows = message.Calls.Count == 0 ? [] : new ToolCallRow[message.Calls.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var call = message.Calls[i];
            rows[i] = new ToolCallRow(
                run.Ordinal, transcript, Messages, i, blockId, call.Id, call.Function, call.ArgumentsJson, call.ParseError, call.Type, call.View, results.After(Messages, call.Id));
        }

        return rows;
    }

    private static string[] Flags(Message message, BlockContent fields)
    {
        if (!message.SawSurrogate && !fields.IsLarge && fields.Media.Count == 0 && message.Parts.All(part => part.Text.Held is { Length: > 80 }))
        {
            return [];
        }

        var missing = fields.Media.Any(media => media.IsMissing) || message.Parts.Any(part => part.Kind != PartKind.Media && AttachmentTable.KeyOf(part.Text.Held) is not null);
        return [.. new[]
        {
            missing ? "missing-attachment" : null,
            message.SawSurrogate ? "surrogate" : null,
            fields.IsLarge ? "truncated" : null,
        }.OfType<string>()];
    }
}
