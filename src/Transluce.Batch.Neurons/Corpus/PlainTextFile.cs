using System.Text;
using System.Text.Unicode;

namespace Transluce.Batch.Neurons;

/// <summary>
/// Plain text. A document is a run of whole paragraphs (blank lines part them) of at least 4,096 bytes, so that a book gives many documents and a
/// short note is one; a paragraph without end is cut after 65,536 bytes, at a line end, else at a space, else between characters. Eight bytes of memory a document.
/// </summary>
internal sealed class PlainTextFile : DocumentFile
{
    public const int MinimumBytes = 4096;

    public const int MaximumBytes = 65_536;

    private readonly List<long> starts = [];
    private readonly long length;

    public PlainTextFile(string path)
        : base(path)
    {
        using var stream = File.OpenRead(path);
        length = stream.Length;
        var buffer = new byte[2 * MaximumBytes];
        for (var start = 0L; start < length;)
        {
            stream.Position = start;
            var read = stream.ReadAtLeast(buffer, MaximumBytes, throwOnEndOfStream: false);
            var size = DocumentLength(buffer.AsSpan(0, Math.Min(read, MaximumBytes)), atEnd: start + read >= length && read <= MaximumBytes);
            if (!IsBlank(buffer.AsSpan(0, size)))
            {
                starts.Add(start);
            }

            start += size;
        }
    }

    public override int Count => starts.Count;

    public override IEnumerable<CorpusDocument> Read(IReadOnlyList<int> ordinals)
    {
        using var stream = File.OpenRead(Path);
        if (stream.Length != length)
        {
            throw Changed();
        }

        foreach (var ordinal in ordinals)
        {
            // A blank stretch between two documents is read with the first and trimmed away.
            var end = ordinal + 1 < starts.Count ? starts[ordinal + 1] : length;
            var bytes = new byte[Math.Min(end - starts[ordinal], MaximumBytes)];
            stream.Position = starts[ordinal];
            stream.ReadExactly(bytes);
            ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
            yield return Utf8.IsValid(content)
                ? CorpusDocument.OfText(IdOf(null, ordinal), Encoding.UTF8.GetString(content).Trim('\r', '\n'))
                : CorpusDocument.Skipped(IdOf(null, ordinal), "invalid UTF-8");
        }
    }

    private static int DocumentLength(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        if (bytes.Length > MinimumBytes)
        {
            var blankLine = bytes[(MinimumBytes - 2)..].IndexOf("\n\n"u8);
            var windowsBlankLine = bytes[(MinimumBytes - 4)..].IndexOf("\r\n\r\n"u8);
            if (blankLine >= 0 || windowsBlankLine >= 0)
            {
                return Math.Min(
                    blankLine < 0 ? int.MaxValue : MinimumBytes - 2 + blankLine + 2,
                    windowsBlankLine < 0 ? int.MaxValue : MinimumBytes - 4 + windowsBlankLine + 4);
            }
        }

        if (atEnd)
        {
            return bytes.Length;
        }

        var line = bytes[MinimumBytes..].LastIndexOf((byte)'\n');
        var space = bytes[MinimumBytes..].LastIndexOf((byte)' ');
        if (line >= 0 || space >= 0)
        {
            return MinimumBytes + (line >= 0 ? line + 1 : space);
        }

        // 10xxxxxx continues a character.
        var cut = bytes.Length;
        while (cut > bytes.Length - 4 && (bytes[cut - 1] & 0xC0) == 0x80)
        {
            cut--;
        }

        return (bytes[cut - 1] & 0x80) == 0 ? bytes.Length : cut - 1;
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept(" \t\r\n"u8);
}
