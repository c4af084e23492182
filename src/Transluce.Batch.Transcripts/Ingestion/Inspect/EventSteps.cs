namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The steps of logs from before there were spans, as far as they matter: what a scorer asks the model is no part of the run.</summary>
internal sealed class EventSteps
{
    private int depth;
    private int? scoringSince;

    public bool AreScoring => scoringSince is not null;

    public void Read(string? action, string? type)
    {
        if (action == "begin")
        {
            depth++;
            scoringSince ??= type == "scorer" ? depth : null;
        }
        else if (action == "end" && depth > 0)
        {
            scoringSince = scoringSince == depth ? null : scoringSince;
            depth--;
        }
    }
}
