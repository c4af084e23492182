namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads an <c>.eval</c> archive: header or journal, then the samples in canonical order.</summary>
internal sealed class EvalArchive(string path, LogReading log)
{
    /// <exception cref="LogDamage">The archive as a whole cannot be read.</exception>
    public LogFormat Read()
    {
        using var archive = new ZipArchiveFile(path, log.Bounds);
        var header = ReadHeader(archive);
        var samples = SampleEntries.Find(archive.Entries);
        if (header is null && samples.Count == 0 && !archive.Entries.Any(entry => entry.Name.StartsWith("_journal/", StringComparison.Ordinal)))
        {
            return LogFormat.NotALog;
        }

        header ??= new LogHeader();
        var writer = new RunWriter(log.Tables, log.LogId, header);
        foreach (var sample in samples.OrderBy(sample => SampleOrder.Of(sample, archive, log)))
        {
            ReadSample(archive, sample, header, writer);
        }

        log.Tables.Logs.Write(EvalLogRows.Make(log.LogId, LogFormat.InspectEval.Name(), Container(samples), header, log.Report));
        return LogFormat.InspectEval;
    }

    private void ReadSample(ZipArchiveFile archive, SampleEntries sample, LogHeader header, RunWriter writer)
    {
        var ordinal = log.Report.Declare();
        SampleSource source = sample.Monolith is { } entry
            ? new MonolithSource(again => archive.Open(entry, again), endsWithSample: true, log.Limits)
            : new ChunkedSource(archive, sample, log.Limits);
        log.ReadSample(sample.Main?.Name ?? sample.Label, ordinal, source, header.FirstScorer, writer);
    }

    /// <summary>The header; of a log that was never finished what its journal began with. Null where there is neither.</summary>
    private LogHeader? ReadHeader(ZipArchiveFile archive)
    {
        LogHeader? header = null;
        foreach (var name in (string[])["header.json", "_journal/start.json"])
        {
            if (archive.Entries.FirstOrDefault(entry => entry.Name == name) is not { } entry)
            {
                continue;
            }

            header = new LogHeader();
            try
            {
                using var stream = archive.Open(entry);
                var json = new JsonCursor(stream, log.Limits.Depth);
                header.Read(new FieldReader(json, log.Scratch, log.Limits), samples: null);
                json.RequireEnd();
                if (log.Report.Absorb(name, json))
                {
                    return header;
                }
            }
            catch (LogDamage damage)
            {
                log.Report.Reject(name, damage, isSample: false);
            }
        }

        return header;
    }

    private static string Container(IReadOnlyList<SampleEntries> samples)
    {
        var (whole, chunked) = (samples.Any(sample => sample.Monolith is not null), samples.Any(sample => sample.Monolith is null));
        return (whole, chunked) switch { (true, true) => "mixed", (true, false) => "monolith", (false, true) => "chunked", _ => "none" };
    }
}
