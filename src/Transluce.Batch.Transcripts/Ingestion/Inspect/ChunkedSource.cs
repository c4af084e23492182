using System.Globalization;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample cut into entries: a shell, and chunks of messages, events and attachments named by their first element.</summary>
internal sealed class ChunkedSource(ZipArchiveFile archive, SampleEntries entries, IngestLimits limits) : SampleSource
{
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

        reading.RequireSound();
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

        if (refs.Sum(range => (double)(range.End - range.Start)) > limits.SampleMessages)
        {
            throw new LogDamage(LogDamage.Cap, FormattableString.Invariant($"message_refs make more than {limits.SampleMessages} messages (sampleMessages)"));
        }

        if (refs.Any(range => range.End > count))
        {
            throw new LogDamage(LogDamage.Shape, $"message_refs reach to {refs.Max(range => range.End)}, but the sample's chunks hold {count} messages");
        }

        var units = 0L;
        foreach (var message in Expand(reading, refs))
        {
            reading.AddMessage(message);
            if ((units += message.TextUnits) > limits.EntryBytes)
            {
                throw new LogDamage(LogDamage.Cap, FormattableString.Invariant($"message_refs make messages of more than {limits.EntryBytes} characters; raise entryBytes to read them"));
            }
        }
    }

    /// <summary>The messages of the ranges, in their order. Every chunk is read twice at most, however the ranges go back and forth.</summary>
    private IEnumerable<Message> Expand(SampleReading reading, IReadOnlyList<PoolRange> ranges)
    {
        var refs = new MessageRefs(ranges);
        var held = Held(reading, refs.Back);
        using var passing = Passing(reading, refs.Forward).GetEnumerator();
        var reached = 0L;
        foreach (var range in ranges)
        {
            for (var index = range.Start; index < range.End; index++)
            {
                if (index < reached)
                {
                    yield return held.Pooled(index) ?? throw new LogDamage(LogDamage.Shape, FormattableString.Invariant($"message {index} of the chunks is no object"));
                }
                else if (passing.MoveNext() && passing.Current is { } message)
                {
                    yield return message;
                }
            }

            reached = Math.Max(reached, range.End);
        }
    }

    /// <summary>The messages to which references go back, which have passed when they are wanted.</summary>
    private Gathering Held(SampleReading reading, IReadOnlyList<PoolRange> back)
    {
        var gathering = new Gathering(limits, reading.Scratch);
        gathering.Want(back);
        gathering.Order();
        foreach (var (start, end, entry) in MessageChunks())
        {
            if (gathering.WantsPooled(start, end))
            {
                Pass(entry, reading, again: true, (fields, messages) =>
                {
                    EventInputs.ReadPool(gathering, fields.Json, messages, start);
                    if (fields.Json.Damage is { } damage)
                    {
                        throw damage;
                    }
                });
            }
        }

        return gathering.Overflowed
            ? throw new LogDamage(LogDamage.Cap, FormattableString.Invariant($"message_refs go back to more than can be held: {limits.HeldMessages} messages (heldMessages), {limits.HeldUnits} characters (heldUnits)"))
            : gathering;
    }

    /// <summary>Messages in the order of the chunks, one for every place in the ranges, which must be in that order too; null for what is no message.</summary>
    private IEnumerable<Message?> Passing(SampleReading reading, IReadOnlyList<PoolRange> ranges)
    {
        var at = 0;
        foreach (var (start, end, entry) in MessageChunks())
        {
            if (at == ranges.Count || ranges[at].Start >= end)
            {
                continue;
            }

            using var stream = archive.Open(entry, again: true);
            var json = new JsonCursor(stream, limits.Depth);
            var messages = new MessageReader(new FieldReader(json, reading.Scratch, limits));
            json.BeginArray();
            for (var index = start; at < ranges.Count && json.NextItem(); index++)
            {
                if (index < ranges[at].Start)
                {
                    json.Skip();
                    continue;
                }

                var message = messages.Read();
                reading.Absorb(json);
                yield return message;
                at += index + 1 == ranges[at].End ? 1 : 0;
            }
        }
    }

    private IEnumerable<(long Start, long End, ZipEntry Entry)> MessageChunks()
    {
        var chunks = entries.Chunks("messages");
        return chunks.Select((chunk, i) => (chunk.Start, i + 1 < chunks.Count ? chunks[i + 1].Start : long.MaxValue, chunk.Entry));
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
        var fields = new FieldReader(json, reading.Scratch, limits);
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
