using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The tables of one log while they are written.</summary>
internal sealed class LogTables(ShardContext shard)
{
    public TableWriter<AgentRunRow> Runs { get; } = shard.Table<AgentRunRow>();

    public TableWriter<TranscriptGroupRow> Groups { get; } = shard.Table<TranscriptGroupRow>();

    public TableWriter<TranscriptRow> Transcripts { get; } = shard.Table<TranscriptRow>();

    public TableWriter<BlockRow> Blocks { get; } = shard.Table<BlockRow>();

    public TableWriter<ToolCallRow> Calls { get; } = shard.Table<ToolCallRow>();

    public TableWriter<LargeTextRow> LargeTexts { get; } = shard.Table<LargeTextRow>();

    public TableWriter<AttachmentRow> Attachments { get; } = shard.Table<AttachmentRow>();

    public TableWriter<QuarantineRow> Quarantine { get; } = shard.Table<QuarantineRow>();

    public TableWriter<EvalLogRow> Logs { get; } = shard.Table<EvalLogRow>();
}
