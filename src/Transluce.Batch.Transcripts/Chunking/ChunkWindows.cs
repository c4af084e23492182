namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>
/// Divides a text into windows of at most so many atoms that overlap a little. A window ends at the end of a line where one lies in the
/// second half of what it adds, else between two atoms; all windows together are the whole text.
/// </summary>
internal sealed class ChunkWindows(int maxAtoms, int overlapPercent)
{
    private readonly int overlap = maxAtoms * overlapPercent / 100;

    /// <summary>Offsets of first unit and end of each window.</summary>
    public IEnumerable<(int Start, int End)> Of(string text)
    {
        var atoms = TextAtoms.Starts(text);
        if (atoms.Count <= maxAtoms)
        {
            yield return (0, text.Length);
            yield break;
        }

        var size = BalancedSize(atoms.Count);
        for (var (first, start) = (0, 0); ;)
        {
            if (atoms.Count - first <= maxAtoms)
            {
                yield return (start, text.Length);
                yield break;
            }

            var end = LastLine(text, atoms, first + overlap + ((size - overlap) / 2), first + size) ?? first + size;
            yield return (start, Cut(text, atoms, end));

            // The next window begins with the last atoms of this one: from the beginning of a line, where the overlap holds one.
            first = overlap == 0 ? end : FirstLine(text, atoms, Math.Max(end - overlap, first + 1), end) ?? Math.Max(end - overlap, first + 1);
            start = Cut(text, atoms, first);
        }
    }

    /// <summary>As many windows as needed, of one size, so that the last is no crumb; a tenth of slack for line ends.</summary>
    private int BalancedSize(int atoms)
    {
        var windows = (int)Math.Ceiling((atoms - overlap) / (double)(maxAtoms - overlap));
        var size = ((atoms - overlap) / (double)windows) + overlap;
        return Math.Min(maxAtoms, (int)Math.Ceiling(size * 1.1));
    }

    private static int? LastLine(string text, List<int> atoms, int low, int high)
    {
        for (var atom = high; atom > low; atom--)
        {
            if (BeginsLine(text, atoms, atom))
            {
                return atom;
            }
        }

        return null;
    }

    private static int? FirstLine(string text, List<int> atoms, int low, int high)
    {
        for (var atom = low; atom < high; atom++)
        {
            if (BeginsLine(text, atoms, atom))
            {
                return atom;
            }
        }

        return null;
    }

    private static bool BeginsLine(string text, List<int> atoms, int atom) => text[Cut(text, atoms, atom) - 1] == '\n';

    /// <summary>Where the text is cut before an atom: behind the line feed before it, so that indentation stays with its line; else at the atom.</summary>
    private static int Cut(string text, List<int> atoms, int atom)
    {
        var start = atoms[atom];
        for (var index = start - 1; index >= 0 && char.IsWhiteSpace(text[index]); index--)
        {
            if (text[index] == '\n')
            {
                return index + 1;
            }
        }

        return start;
    }
}
