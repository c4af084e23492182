namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Strings joined by line feeds into one field of a block, of any length.</summary>
internal sealed class JoinedText
{
    /// <summary>Length of the pieces a long text is written in: as strings they are small enough for the collector to take them at once.</summary>
    public const int PieceUnits = 1 << 15;

    private readonly IReadOnlyList<TextValue> parts;
    private readonly ScratchText scratch;

    public JoinedText(IReadOnlyList<TextValue> parts, ScratchText scratch)
    {
        (this.parts, this.scratch) = (parts, scratch);
        Units = parts.Sum(part => part.Units) + Math.Max(0, parts.Count - 1);
        // By length alone: whether a part is held or in the scratch file must not be seen in a row.
        IsLarge = Units > scratch.TextUnits;
        Head = IsLarge ? Pieces(scratch.TextUnits).First() : parts is [{ Held: { } held }] ? held : string.Concat(Sources());
    }

    public long Units { get; }

    /// <summary>Whether <see cref="Head"/> is not all.</summary>
    public bool IsLarge { get; }

    /// <summary>What goes into the row.</summary>
    public string Head { get; }

    /// <summary>SHA-256 of the whole text's UTF-8.</summary>
    public string Sha256()
    {
        var hash = new Utf8Hash();
        if (!IsLarge)
        {
            hash.Append(Head);
            return hash.Finish();
        }

        foreach (var piece in Sources())
        {
            hash.Append(piece);
        }

        return hash.Finish();
    }

    /// <summary>The whole text in pieces of full length but for the last, cut between characters.</summary>
    public IEnumerable<string> Pieces() => Pieces(Math.Min(PieceUnits, scratch.TextUnits));

    private IEnumerable<string> Pieces(int pieceUnits)
    {
        var units = new char[pieceUnits];
        var filled = 0;
        foreach (var source in Sources())
        {
            for (var at = 0; at < source.Length;)
            {
                var length = Math.Min(units.Length - filled, source.Length - at);
                if (length > 0 && at + length < source.Length && char.IsHighSurrogate(source[at + length - 1]))
                {
                    length--;
                }

                if (length == 0)
                {
                    yield return new string(units, 0, filled);
                    filled = 0;
                    continue;
                }

                source.CopyTo(at, units, filled, length);
                filled += length;
                at += length;
            }
        }

        yield return new string(units, 0, filled);
    }

    private IEnumerable<string> Sources()
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                yield return "\n";
            }

            foreach (var piece in scratch.Pieces(parts[i]))
            {
                yield return piece;
            }
        }
    }
}
