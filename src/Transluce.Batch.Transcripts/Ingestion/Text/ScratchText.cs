using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The scratch file for strings too long to hold, made when the first one comes.</summary>
internal sealed class ScratchText(string folder, int textUnits) : IDisposable
{
    private const int PieceBytes = 1 << 16;
    private FileStream? file;

    /// <summary>Longest string that is held, and longest piece handed out.</summary>
    public int TextUnits => textUnits;

    public long Length => file?.Length ?? 0;

    public void Append(ReadOnlySpan<byte> utf8)
    {
        file ??= new FileStream(Path.Combine(folder, "texts"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, PieceBytes, FileOptions.DeleteOnClose);
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

    /// <summary>The string in pieces of at most <see cref="TextUnits"/> units, never cut within a surrogate pair.</summary>
    public IEnumerable<string> Pieces(TextValue text) => text.Held is { } held ? [held] : ReadPieces(text);

    public void Dispose() => file?.Dispose();

    private IEnumerable<string> ReadPieces(TextValue text)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[PieceBytes];
        var chars = new char[textUnits];
        var filled = 0;
        for (var done = 0L; done < text.Bytes;)
        {
            file!.Seek(text.Offset + done, SeekOrigin.Begin);
            // A byte gives at most one unit.
            var want = (int)Math.Min(Math.Min(PieceBytes, text.Bytes - done), Math.Max(4, textUnits - filled - 2));
            file.ReadExactly(bytes, 0, want);
            done += want;
            filled += decoder.GetChars(bytes.AsSpan(0, want), chars.AsSpan(filled), done == text.Bytes);
            if (filled >= textUnits - 8)
            {
                yield return new string(chars, 0, filled);
                filled = 0;
            }
        }

        if (filled > 0)
        {
            yield return new string(chars, 0, filled);
        }
    }
}
