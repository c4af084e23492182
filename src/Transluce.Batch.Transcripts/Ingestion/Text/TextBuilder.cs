using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Takes one string after the other; a string over the limit goes on into the scratch file while it is read.</summary>
internal sealed class TextBuilder(ScratchText scratch) : StringTarget
{
    private char[] units = new char[1024];
    private int filled;
    private long spilledUnits;
    private long spilledFrom;
    private bool spilled;

    public override void Append(ReadOnlySpan<byte> utf8)
    {
        if (spilled)
        {
            spilledUnits += Encoding.UTF8.GetCharCount(utf8);
            scratch.Append(utf8);
            return;
        }

        if (filled + utf8.Length > units.Length)
        {
            Grow(utf8.Length);
        }

        filled += Encoding.UTF8.GetChars(utf8, units.AsSpan(filled));
        if (filled > scratch.TextUnits)
        {
            Spill();
        }
    }

    public override void Append(Rune rune)
    {
        if (!spilled && filled < scratch.TextUnits && filled + 2 <= units.Length)
        {
            filled += rune.EncodeToUtf16(units.AsSpan(filled));
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        Append(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    /// <summary>The string so far; the next one begins.</summary>
    public TextValue Take()
    {
        var value = spilled
            ? new TextValue(null, spilledUnits, spilledFrom, scratch.Length - spilledFrom)
            : TextValue.Of(filled == 0 ? "" : new string(units, 0, filled));
        (filled, spilled, spilledUnits) = (0, false, 0);
        return value;
    }

    private void Grow(int more) => Array.Resize(ref units, (int)Math.Min(Math.Max(units.Length * 2L, filled + (long)more), scratch.TextUnits + (1L << 17)));

    private void Spill()
    {
        spilledFrom = scratch.Length;
        spilledUnits = filled;
        spilled = true;
        // In pieces, cut between characters.
        for (var at = 0; at < filled;)
        {
            var length = Math.Min(1 << 15, filled - at);
            length -= at + length < filled && char.IsHighSurrogate(units[at + length - 1]) ? 1 : 0;
            scratch.Append(Encoding.UTF8.GetBytes(units, at, length));
            at += length;
        }

        filled = 0;
    }
}
