using Transluce.Batch.Transcripts.Calls;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>All that is looked at in a run: its calls and its chunks. No score, no limit, no length.</summary>
/// <param name="AgentRunId">The run.</param>
/// <param name="SampleKey">The same for all runs at one sample of one task.</param>
/// <param name="Calls">In order, transcript by transcript.</param>
/// <param name="Chunks">The agent's turns, in order.</param>
/// <param name="BlockIds">Ids of its blocks, by their places.</param>
public sealed record SurpriseRun(
    string AgentRunId, string SampleKey, IReadOnlyList<CallFact> Calls, IReadOnlyList<SurpriseChunk> Chunks, IReadOnlyDictionary<(int Transcript, int Block), string> BlockIds);

/// <summary>A turn of a run and its vector.</summary>
/// <param name="ChunkId">The chunk.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="BlockIndex">The block it begins with.</param>
/// <param name="Start">Where it begins in that block's text.</param>
/// <param name="Length">Units of that block's text that belong to it.</param>
/// <param name="Head">Its first words, for the reason.</param>
/// <param name="Vector">Of length one, or empty.</param>
public sealed record SurpriseChunk(string ChunkId, int TranscriptOrdinal, int BlockIndex, int Start, int Length, string Head, float[] Vector);

/// <summary>One thing found in a run.</summary>
/// <param name="Kind">As in the table <c>surprises</c>.</param>
/// <param name="Strength">Between 0 and 1.</param>
/// <param name="TranscriptOrdinal">Where: the transcript,</param>
/// <param name="BlockIndex">the block,</param>
/// <param name="Start">the offset in its text</param>
/// <param name="Length">and the length there.</param>
/// <param name="Reason">In words.</param>
public sealed record SurpriseFinding(string Kind, double Strength, int TranscriptOrdinal, int BlockIndex, int Start, int Length, string Reason);
