namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Reads a <c>.json</c> log: one object, the samples in file order. A fault costs one sample, unless it is one of brackets, commas or colons and nothing
/// tells where the next sample begins: then it ends the log.
/// </summary>
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

        using var file = new FaultyFile(path, log.Bounds);
        var json = file.Json;
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

        log.Report.Absorb("", json);
        log.Tables.Logs.Write(EvalLogRows.Make(log.LogId, LogFormat.InspectJson.Name(), log.Report.Declared > 0 ? "monolith" : "none", header, log.Report));
    }

    private void ReadSamples(FaultyFile file, FieldReader fields)
    {
        var json = fields.Json;
        // A sample begins with a clean slate: what was seen before the first one would be forgotten.
        log.Report.Absorb("", json);
        var writer = new RunWriter(log.Tables, log.LogId, header);
        json.BeginArray();
        var level = json.Level;
        int? indentation = null;
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
                if (file.SkipDamaged(damage, offset, indentation, level))
                {
                    json.EndSample();
                    continue;
                }

                throw new LogDamage(LogDamage.Json, $"what follows {entry} cannot be read: {damage.Message}", damage.Offset);
            }

            try
            {
                reading.Absorb(json);
                log.Write(entry, ordinal, new MonolithSource(again => file.Open(offset, again), endsWithSample: false, log.Limits), reading, writer);
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
}
