using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The scratch file for strings too long to hold, made when the first one comes.</summary>
internal sealed class ScratchText(string folder, int textUnits) : IDisposable
{
    private const int FileBufferBytes = 1 << 16;

    // Under 85,000 bytes as a string: larger ones stay until the whole heap is collected.
    private const int PieceBytes = 1 << 15;
    private FileStream? file;

    /// <summary>Longest string that is held.</summary>
    public int TextUnits => textUnits;

    public long Length => file?.Length ?? 0;

    public void Append(ReadOnlySpan<byte> utf8)
    {
        file ??= new FileStream(Path.Combine(folder, "texts"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileBufferBytes, FileOptions.DeleteOnClose);
        if (file.Position != file.Length)
        {
            file.Seek(0, SeekOrigin.End);
        }

        file.Write(utf8);
    }

    /// <summary>Moves a held string into the file.</summary>
    public TextValue Store(TextValue text)
    {
        if (text.Held is not { } held)
        {
            return text;
        }

        var utf8 = Encoding.UTF8.GetBytes(held);
        var offset = Length;
        Append(utf8);
        return new TextValue(null, text.Units, offset, utf8.Length);
    }

    /// <summary>Drops everything: the texts of a sample that has been written.</summary>
    public void Clear() => file?.SetLength(0);

    /// <summary>The string in pieces, short ones where it is in the file, never cut within a surrogate pair.</summary>
    public IEnumerable<string> Pieces(TextValue text) => text.Held is { } held ? [held] : ReadPieces(text);

    public void Dispose() => file?.Dispose();

    private IEnumerable<string> ReadPieces(TextValue text)
    {
        // The decoder keeps the bytes of a character that is cut.
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[PieceBytes];
        var units = new char[PieceBytes + 1];
        for (var done = 0L; done < text.Bytes;)
        {
            file!.Seek(text.Offset + done, SeekOrigin.Begin);
            var want = (int)Math.Min(PieceBytes, text.Bytes - done);
            file.ReadExactly(bytes, 0, want);
            done += want;
            var count = decoder.GetChars(bytes.AsSpan(0, want), units, done == text.Bytes);
            if (count > 0)
            {
                yield return new string(units, 0, count);
            }
        }
    }
}
