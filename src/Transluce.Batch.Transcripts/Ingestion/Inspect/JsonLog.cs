using Microsoft.Win32.SafeHandles;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Reads a <c>.json</c> log: one object, the samples in file order. A fault costs one sample. One of brackets, commas or colons ends the log where nothing
/// tells where the next sample begins: where the log is not indented, or a string is left open.
/// </summary>
internal sealed class JsonLog(string path, LogReading log, LogHeader header)
{
    private const int NewestVersion = 2;
    private CheckedStream? resumed;
    private long rereadable;

    /// <exception cref="LogDamage">The log's version is not known, or it cannot be read at all.</exception>
    public void Read()
    {
        if (header.Version > NewestVersion)
        {
            throw new LogDamage(LogDamage.Shape, $"version {header.Version} of the log format; up to {NewestVersion} are read");
        }

        using var file = File.OpenHandle(path);
        rereadable = RandomAccess.GetLength(file);
        using var stream = Open(file, 0, again: false);
        var json = new JsonCursor(stream, log.Limits.Depth);
        var fields = new FieldReader(json, log.Scratch, log.Limits.JsonBytes);
        try
        {
            json.SkipByteOrderMark();
            header.Read(fields, () => ReadSamples(file, fields));
            json.RequireEnd();
        }
        catch (LogDamage damage)
        {
            log.Report.Reject("", damage, isSample: false);
        }

        resumed?.Dispose();
        log.Report.Absorb("", json);
        log.Tables.Logs.Write(EvalLogRows.Make(log.LogId, LogFormat.InspectJson.Name(), log.Report.Declared > 0 ? "monolith" : "none", header, log.Report));
    }

    private void ReadSamples(SafeFileHandle file, FieldReader fields)
    {
        var json = fields.Json;
        log.Report.Absorb("", json);
        var writer = new RunWriter(log.Tables, log.LogId, header);
        json.BeginArray();
        var level = json.Level;
        long? indentation = null;
        while (json.NextItem())
        {
            json.Peek();
            indentation ??= json.Indentation;
            var ordinal = log.Report.Declare();
            var entry = FormattableString.Invariant($"samples[{ordinal}]");
            var offset = json.Offset;
            var reading = new SampleReading(log.Limits, log.Scratch, header.FirstScorer);
            json.Restart();
            try
            {
                SampleObject.Read(reading, fields);
                json.RequireItemEnd();
            }
            catch (LogDamage damage)
            {
                // Where something was amiss before, that is how it began.
                log.Report.Reject(entry, json.Damage ?? damage, isSample: true);
                log.Scratch.Clear();
                fields.Drop();
                json.Forget();
                if (GoOn(file, json, damage, offset, indentation, level))
                {
                    json.EndSample();
                    continue;
                }

                throw new LogDamage(LogDamage.Json, $"what follows {entry} cannot be read: {damage.Message}", damage.Offset);
            }

            try
            {
                reading.Absorb(json);
                log.Write(ordinal, new MonolithSource(again => Open(file, offset, again), endsWithSample: false, log.Limits), reading, writer);
            }
            catch (LogDamage damage)
            {
                log.Report.Reject(entry, damage, isSample: true);
                log.Scratch.Clear();
            }

            json.Restart();
            json.EndSample();
        }
    }

    /// <summary>Moves to the next sample behind a fault of brackets; false where there is no telling where it begins.</summary>
    private bool GoOn(SafeFileHandle file, JsonCursor json, LogDamage damage, long offset, long? indentation, int level)
    {
        // What a fault runs over is read again. All of it together is no more than the log, so that one made of faults takes no longer than two.
        rereadable -= (damage.Offset ?? offset) - offset;
        if (damage.Kind != LogDamage.Json || indentation is not > 0 || rereadable < 0)
        {
            return false;
        }

        resumed?.Dispose();
        resumed = Open(file, offset, again: true);
        return json.SkipToNextItem(resumed, offset, indentation.Value, level);
    }

    private CheckedStream Open(SafeFileHandle file, long offset, bool again)
        => new(new FileRangeStream(file, offset, RandomAccess.GetLength(file) - offset), null, log.Bounds, again);
}
