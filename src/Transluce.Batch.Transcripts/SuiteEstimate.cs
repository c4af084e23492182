using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts;

/// <summary>Rough costs of a suite, from the sizes of its files alone; measured on packed Inspect logs of agents, on two cores.</summary>
internal static class SuiteEstimate
{
    /// <summary>Bytes of the ingested tables per byte of log.</summary>
    public const double IngestedPerByte = 2;

    private const double LogBytesPerChunk = 400;
    private const double BytesPerChunk = 120;

    /// <summary>Of the stage that cuts passages from an ingested log.</summary>
    public static StageEstimate OfChunks(Stage ingest)
    {
        var chunks = ingest.Estimate().Bytes / IngestedPerByte / LogBytesPerChunk;
        return new StageEstimate(0, (long)(chunks * BytesPerChunk), chunks / 5_000);
    }

    /// <summary>Of a stage that handles the passages of some logs.</summary>
    /// <param name="chunkStages">Cut them.</param>
    /// <param name="bytesPerChunk">Written for each.</param>
    /// <param name="chunksPerSecond">Handled.</param>
    public static StageEstimate Of(IEnumerable<Stage> chunkStages, double bytesPerChunk, double chunksPerSecond)
    {
        var chunks = chunkStages.Sum(stage => (double)stage.Estimate().Bytes) / BytesPerChunk;
        return new StageEstimate(0, (long)(chunks * bytesPerChunk), chunks / chunksPerSecond);
    }
}
