namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Something that is clustered, and where it is found.</summary>
/// <param name="ItemId">A chunk id or an agent run id.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Partition">The partition.</param>
/// <param name="RunOrdinal">The run within its log.</param>
/// <param name="TranscriptOrdinal">The transcript, -1 for a run.</param>
/// <param name="ChunkIndex">The chunk, -1 for a run.</param>
internal sealed record ClusterItem(string ItemId, string AgentRunId, int Partition, int RunOrdinal, int TranscriptOrdinal, int ChunkIndex);

/// <summary>Items and their vectors, row by row.</summary>
internal sealed record ClusterItems(IReadOnlyList<ClusterItem> Items, VectorTable Vectors);
