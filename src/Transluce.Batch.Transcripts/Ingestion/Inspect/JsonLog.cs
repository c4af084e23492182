using Microsoft.Win32.SafeHandles;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a <c>.json</c> log: one object, the samples in file order. A fault of syntax ends it, since nothing tells where the next sample begins.</summary>
internal sealed class JsonLog(string path, LogReading log, LogHeader header)
{
    private const int NewestVersion = 2;

    /// <exception cref="LogDamage">The log's version is not known, or it cannot be read at all.</exception>
    public void Read()
    {
        if (header.Version > NewestVersion)
        {
            throw new LogDamage(LogDamage.Shape, $"version {header.Version} of the log format; up to {NewestVersion} are read");
        }

        using var file = File.OpenHandle(path);
        using var stream = Open(file, 0, again: false);
        var json = new JsonCursor(stream, log.Limits.Depth);
        var fields = new FieldReader(json, log.Scratch, log.Limits);
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

        Report(json);
        log.Tables.Logs.Write(EvalLogRows.Make(log.LogId, LogFormat.InspectJson.Name(), log.Report.Declared > 0 ? "monolith" : "none", header, log.Report));
    }

    private void ReadSamples(SafeFileHandle file, FieldReader fields)
    {
        var json = fields.Json;
        var writer = new RunWriter(log.Tables, log.LogId, header);
        // A sample begins with a clean slate: what was seen before the first one would be forgotten.
        Report(json);
        json.Restart();
        json.EndSample();
        json.BeginArray();
        while (json.NextItem())
        {
            json.Peek();
            var ordinal = log.Report.Declare();
            var entry = FormattableString.Invariant($"samples[{ordinal}]");
            var offset = json.Offset;
            var reading = new SampleReading(log.Limits, log.Scratch, header.FirstScorer);
            json.Restart();
            try
            {
                SampleObject.Read(reading, fields);
            }
            catch (LogDamage damage)
            {
                log.Report.Reject(entry, damage, isSample: true);
                throw new LogDamage(LogDamage.Json, $"what follows {entry} cannot be read: {damage.Message}", damage.Offset);
            }

            try
            {
                reading.Absorb(json);
                log.Write(entry, ordinal, new MonolithSource(again => Open(file, offset, again), endsWithSample: false, log.Limits), reading, writer);
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

    /// <summary>What was seen outside the samples.</summary>
    private void Report(JsonCursor json)
    {
        if (json.Damage is { } damage)
        {
            log.Report.Reject("", damage, isSample: false);
        }

        log.Report.Flag(json.SawNaN ? ["nan"] : []);
    }

    private CheckedStream Open(SafeFileHandle file, long offset, bool again)
        => new(new FileRangeStream(file, offset, RandomAccess.GetLength(file) - offset), null, log.Bounds, again);
}
