using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>Finds out what a corpus file is, by its content, and opens it.</summary>
internal static class DocumentFormats
{
    // The records looked at before a file is taken for a damaged one.
    private const int SampledRecords = 100;

    private const int SampledBytes = 4 << 20;

    public static DocumentFile Open(string path, SourceFormat format)
    {
        try
        {
            return format == SourceFormat.PlainText ? new PlainTextFile(path)
                : IsParquet(path) ? new ParquetDocuments(path, KindOf(format))
                : LooksLikeJsonLines(path) ? OpenJsonLines(path, KindOf(format))
                : format == SourceFormat.Auto ? new PlainTextFile(path)
                : throw new ArtifactException($"'{path}' is neither Parquet nor JSONL, which a corpus source of format '{format}' needs; for plain text set format: plain-text.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"Corpus file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static DocumentKind? KindOf(SourceFormat format) => format switch
    {
        SourceFormat.Text => DocumentKind.Text,
        SourceFormat.Chat => DocumentKind.Chat,
        SourceFormat.Tokens => DocumentKind.Tokens,
        _ => null,
    };

    private static bool IsParquet(string path)
    {
        if (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        using var stream = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("PAR1"u8);
    }

    private static bool LooksLikeJsonLines(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json")
        {
            return true;
        }

        return Sample(path) is [not null, ..];
    }

    private static JsonLinesFile OpenJsonLines(string path, DocumentKind? wanted)
    {
        // A kind that was configured is looked for all the same: a file without a single such record is the wrong file.
        var kind = Sample(path).FirstOrDefault(found => found is not null && (wanted is null || found == wanted));
        return kind is { } known
            ? new JsonLinesFile(path, known)
            : throw new ArtifactException(
                $"'{path}': none of its first lines is a JSON object with {Fields(wanted)}. Is it damaged, or another kind of file? For plain text set format: plain-text.");
    }

    private static string Fields(DocumentKind? wanted) => wanted switch
    {
        DocumentKind.Text => "'text'",
        DocumentKind.Chat => "'conversation' or 'messages'",
        DocumentKind.Tokens => "'input_ids'",
        _ => "'text', 'conversation', 'messages' or 'input_ids'",
    };

    /// <summary>The kinds of the first lines that are not blank; null for one that is no document.</summary>
    private static List<DocumentKind?> Sample(string path)
    {
        using var stream = File.OpenRead(path);
        var buffer = new byte[SampledBytes];
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, read);
        rest = rest.StartsWith("\uFEFF"u8) ? rest[3..] : rest;
        var kinds = new List<DocumentKind?>();
        while (rest.Length > 0 && kinds.Count < SampledRecords)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            if (line.Length > 0)
            {
                kinds.Add(JsonRecord.KindOf(line, complete: end >= 0 || read < buffer.Length));
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return kinds;
    }
}
