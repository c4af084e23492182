using System.Globalization;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The binaries of one run, each written once.</summary>
internal sealed class RunAttachments
{
    private readonly HashSet<UInt128> seen = [];

    public void Write(LogTables tables, int run, MediaPlaceholder media, string blockId)
    {
        if (media.Sha256 is { } sha && seen.Add(UInt128.Parse(sha.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
        {
            tables.Attachments.Write(new AttachmentRow(run, seen.Count - 1, sha, media.MimeType, media.Bytes, blockId));
        }
    }
}
