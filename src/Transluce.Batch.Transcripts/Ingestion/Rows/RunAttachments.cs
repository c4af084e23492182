using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The binaries of one run, each written once.</summary>
internal sealed class RunAttachments
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public void Write(LogTables tables, int run, MediaPlaceholder media, string blockId)
    {
        if (media.Sha256 is { } sha && seen.Add(sha))
        {
            tables.Attachments.Write(new AttachmentRow(run, seen.Count - 1, sha, media.MimeType, media.Bytes, blockId));
        }
    }
}
