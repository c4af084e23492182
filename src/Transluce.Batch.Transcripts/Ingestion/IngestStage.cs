using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Reads one file of a suite, whatever it is, into the tables of transcripts. What cannot be read is in <c>quarantine</c>; a file that is no log
/// has no row in <c>eval_logs</c>. Where the file lies enters neither rows nor key.
/// </summary>
/// <param name="file">The file; its hash is the log's id.</param>
/// <param name="limits">What a log may cost.</param>
/// <param name="clock">For the progress deadline only.</param>
public sealed class IngestStage(HashedFile file, IngestLimits limits, TimeProvider clock) : Stage
{
    public override string Name => "ingest";

    public override string? Partition => file.Sha256;

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables { get; } =
    [
        typeof(EvalLogRow), typeof(AgentRunRow), typeof(TranscriptGroupRow), typeof(TranscriptRow), typeof(BlockRow),
        typeof(ToolCallRow), typeof(LargeTextRow), typeof(AttachmentRow), typeof(QuarantineRow),
    ];

    public override JsonObject Options
    {
        get
        {
            var slice = limits.ToJson();
            slice["rendering"] = BlockRendering.Version;
            return slice;
        }
    }

    public override IReadOnlyDictionary<string, string> Fingerprints { get; } = new Dictionary<string, string> { ["log"] = file.Sha256 };

    /// <summary>One: samples are read one after the other, files beside each other.</summary>
    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(ForwardTokens: 0, Bytes: (long)(file.Bytes * SuiteEstimate.IngestedPerByte), Seconds: file.Bytes / 2e6);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        file.RequireFile();
        using var scratch = new ScratchText(shard.ScratchFolder, limits.TextUnits);
        var tables = new LogTables(shard);
        var report = new LogReport(tables);
        var log = new LogReading(file.Sha256, new ReadingBounds(limits, clock, cancellationToken), scratch, tables, report);
        var format = Read(log);
        // A log that is still being written must not become the artifact of what it was.
        file.RequireUnchanged();
        shard.Count("samples", report.Declared);
        shard.Count("read", report.Read);
        shard.Count("quarantined", report.Quarantined);
        if (format == LogFormat.NotALog)
        {
            shard.Count("not_a_log", 1);
        }
    }

    private LogFormat Read(LogReading log)
    {
        var format = LogRecognition.Recognise(file.Path, log.Scratch, log.Bounds, out var head, out var damage);
        try
        {
            switch (format)
            {
                case LogFormat.InspectEval:
                    format = new EvalArchive(file.Path, log).Read();
                    break;
                case LogFormat.InspectJson:
                    new JsonLog(file.Path, log, head).Read();
                    break;
                case LogFormat.Docent or LogFormat.TauBench:
                    using (var runs = new RunCollection(file.Path, log, format))
                    {
                        runs.Read();
                    }

                    break;
            }
        }
        catch (LogDamage found)
        {
            damage = found;
        }

        if (damage is not null || format == LogFormat.NotALog)
        {
            log.Report.Reject("", damage ?? new LogDamage(LogDamage.Shape, "no log: neither an Inspect log, nor Docent's runs, nor tau-bench results"), isSample: false);
        }

        return format;
    }
}
