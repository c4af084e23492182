using System.Globalization;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample cut into entries: a shell, and chunks of messages, events and attachments named by their first element.</summary>
internal sealed class ChunkedSource(ZipArchiveFile archive, SampleEntries entries, IngestLimits limits) : SampleSource
{
    // A chunk is opened anew for every range: a hostile list of them must not take for ever.
    private const int MostRanges = 100_000;
    private const int MostMessages = 20_000_000;

    public override void Survey(SampleReading reading)
    {
        if (entries.Shell is not { } shell)
        {
            throw new LogDamage(LogDamage.Shape, "the sample's chunks have no sample.json beside them");
        }

        Pass(shell, reading, again: false, (fields, _) => SampleObject.Read(reading, fields));
        if (entries.Metadata is { } metadata)
        {
            Pass(metadata, reading, again: false, (fields, messages) => SampleObject.ReadProperty("metadata", reading, fields, messages));
        }

        SurveyMessages(reading);
        var events = 0L;
        foreach (var (start, entry) in entries.Chunks("events"))
        {
            RequireStart(entry, start, events);
            Pass(entry, reading, again: false, (fields, messages) => reading.Outline.Read(fields, messages));
            events = reading.Outline.Count;
        }

        reading.Facts.EventCount = events;
        ReadAttachments(reading, again: false);
        // The calls' chunks are not needed, but a sample is sound only when all of it is.
        foreach (var (_, entry) in entries.Chunks("calls"))
        {
            Pass(entry, reading, again: false, (fields, _) => fields.Json.Skip());
        }
    }

    public override IEnumerable<Message> Messages(SampleReading reading) => Expand(reading, reading.MessageRefs ?? []);

    public override void Gather(SampleReading reading, Gathering gathering)
    {
        if (gathering.WantsEvents)
        {
            foreach (var (start, entry) in entries.Chunks("events"))
            {
                Pass(entry, reading, again: true, (fields, messages) => EventInputs.Read(gathering, fields.Json, messages, start));
            }
        }

        if (gathering.WantsPool)
        {
            foreach (var (start, entry) in entries.Chunks("messages"))
            {
                Pass(entry, reading, again: true, (fields, messages) => EventInputs.ReadPool(gathering, fields.Json, messages, start));
            }
        }

        ReadAttachments(reading, again: true);
    }

    private void SurveyMessages(SampleReading reading)
    {
        if (reading.MessageRefs is null && reading.Main.Count == 0 && entries.Chunks("messages") is [var (_, first), ..])
        {
            throw new LogDamage(LogDamage.Shape, $"sample.json has neither messages nor message_refs, and '{first.Name}' lies beside it: which messages are the conversation is not known");
        }

        var refs = reading.MessageRefs ?? [];
        var count = 0L;
        foreach (var (start, entry) in entries.Chunks("messages"))
        {
            RequireStart(entry, start, count);
            Pass(entry, reading, again: false, (fields, _) =>
            {
                fields.Json.BeginArray();
                while (fields.Json.NextItem())
                {
                    fields.Json.Skip();
                    count++;
                }
            });
        }

        if (refs.Count > MostRanges || refs.Sum(range => (double)(range.End - range.Start)) > MostMessages)
        {
            throw new LogDamage(LogDamage.Cap, $"message_refs are {refs.Count} ranges; up to {MostRanges} of {MostMessages} messages together are followed");
        }

        if (refs.Any(range => range.End > count))
        {
            throw new LogDamage(LogDamage.Shape, $"message_refs reach to {refs.Max(range => range.End)}, but the sample's chunks hold {count} messages");
        }

        foreach (var message in Expand(reading, refs))
        {
            reading.AddMessage(message);
        }
    }

    /// <summary>The messages of the ranges, in their order; a chunk is opened anew wherever the order goes back.</summary>
    private IEnumerable<Message> Expand(SampleReading reading, IReadOnlyList<PoolRange> ranges)
    {
        var chunks = entries.Chunks("messages");
        foreach (var range in ranges)
        {
            for (var at = 0; at < chunks.Count; at++)
            {
                var start = chunks[at].Start;
                var end = at + 1 < chunks.Count ? chunks[at + 1].Start : long.MaxValue;
                if (start >= range.End || end <= range.Start)
                {
                    continue;
                }

                using var stream = archive.Open(chunks[at].Entry, again: true);
                var json = new JsonCursor(stream, limits.Depth);
                var messages = new MessageReader(new FieldReader(json, reading.Scratch, limits.JsonBytes));
                json.BeginArray();
                for (var index = start; index < range.End && json.NextItem(); index++)
                {
                    if (index < range.Start)
                    {
                        json.Skip();
                    }
                    else if (messages.Read() is { } message)
                    {
                        yield return message;
                    }
                }

                reading.Absorb(json);
            }
        }
    }

    private void ReadAttachments(SampleReading reading, bool again)
    {
        foreach (var (start, entry) in entries.Chunks("attachments"))
        {
            Pass(entry, reading, again, (fields, _) => reading.Attachments.ReadArray(fields, start));
        }
    }

    private static void RequireStart(ZipEntry entry, long start, long expected)
    {
        if (start != expected)
        {
            throw new LogDamage(LogDamage.Shape, string.Create(CultureInfo.InvariantCulture, $"chunk '{entry.Name}' begins at {start}, but the chunks before it end at {expected}"));
        }
    }

    private void Pass(ZipEntry entry, SampleReading reading, bool again, Action<FieldReader, MessageReader> read)
    {
        using var stream = archive.Open(entry, again);
        var json = new JsonCursor(stream, limits.Depth);
        var fields = new FieldReader(json, reading.Scratch, limits.JsonBytes);
        read(fields, new MessageReader(fields));
        json.RequireEnd();
        if (again)
        {
            reading.AbsorbFurther(json);
        }
        else
        {
            reading.Absorb(json);
        }
    }
}
