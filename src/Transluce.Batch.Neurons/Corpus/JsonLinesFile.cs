using System.Text.Unicode;

namespace Transluce.Batch.Neurons;

/// <summary>One JSON object a line; blank lines do not count. Eight bytes of memory a document, for where its line begins.</summary>
internal sealed class JsonLinesFile : DocumentFile
{
    private const int BufferBytes = 1 << 20;

    // Longer records grow the buffer.
    private const int RecordBytes = 1 << 16;

    private readonly JsonRecord record;
    private readonly ChunkedOffsets starts = new();
    private readonly long length;

    public JsonLinesFile(string path, DocumentKind kind)
        : base(path)
    {
        record = new JsonRecord(kind);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        length = stream.Length;
        Index(stream);
    }

    public override int Count => starts.Count;

    public override IEnumerable<CorpusDocument> Read(IReadOnlyList<int> ordinals)
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, RecordBytes);
        if (stream.Length != length)
        {
            throw Changed();
        }

        var buffer = new byte[RecordBytes];
        foreach (var ordinal in ordinals)
        {
            var size = (ordinal + 1 < starts.Count ? starts[ordinal + 1] : length) - starts[ordinal];
            if (size > MaximumRecordBytes)
            {
                yield return CorpusDocument.Skipped(IdOf(null, ordinal), "longer than 64 MiB");
                continue;
            }

            if (buffer.Length < size)
            {
                buffer = new byte[size];
            }

            stream.Position = starts[ordinal];
            if (stream.ReadAtLeast(buffer.AsSpan(0, (int)size), (int)size, throwOnEndOfStream: false) < size)
            {
                throw Changed();
            }

            // A line's bytes reach up to the next line that is not blank.
            var line = buffer.AsMemory(0, (int)size).TrimEnd(" \t\r\n"u8);
            yield return Utf8.IsValid(line.Span)
                ? record.Parse(line, own => IdOf(own, ordinal))
                : CorpusDocument.Skipped(IdOf(null, ordinal), "invalid UTF-8");
        }
    }

    private void Index(FileStream stream)
    {
        var buffer = new byte[BufferBytes];
        var blank = true;
        var position = 0L;
        for (int read; (read = stream.Read(buffer)) > 0; position += read)
        {
            var chunk = buffer.AsSpan(0, read);
            var at = position == 0 && chunk.StartsWith("\uFEFF"u8) ? 3 : 0;
            while (at < read)
            {
                if (blank)
                {
                    var first = chunk[at..].IndexOfAnyExcept(" \t\r\n"u8);
                    if (first < 0)
                    {
                        break;
                    }

                    starts.Add(position + at + first, Path);
                    blank = false;
                    at += first;
                }

                var end = chunk[at..].IndexOf((byte)'\n');
                if (end < 0)
                {
                    break;
                }

                blank = true;
                at += end + 1;
            }
        }
    }
}
