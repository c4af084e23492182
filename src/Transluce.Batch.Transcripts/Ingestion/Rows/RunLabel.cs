namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Number and id of the run whose rows are written.</summary>
internal readonly record struct RunLabel(int Ordinal, string AgentRunId);
