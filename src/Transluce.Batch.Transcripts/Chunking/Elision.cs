using System.Globalization;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Keeps head and tail of a huge text, cut at line ends where one is near, with a marker that says how much is missing.</summary>
internal sealed class Elision(int keepHead, int keepTail)
{
    private const string MarkerBegin = "\n[… ";

    public static bool IsMarker(Passage passage) => passage.Field == Passage.Marker && passage.Text.StartsWith(MarkerBegin, StringComparison.Ordinal);

    /// <summary>A text as one passage, or as head, marker and tail.</summary>
    public IEnumerable<Passage> Passages(LongText text, int block, string field, int call = -1)
    {
        if (text.Length <= keepHead + keepTail)
        {
            if (text.Length > 0)
            {
                yield return new Passage(text.Head, block, field, call, 0);
            }

            yield break;
        }

        var end = HeadEnd(text.Head);
        var tailOffset = text.Length - text.Tail.Length;
        var begin = TailBegin(text.Tail);
        yield return new Passage(text.Head[..end], block, field, call, 0);
        yield return Passage.Ours(string.Create(CultureInfo.InvariantCulture, $"{MarkerBegin}{tailOffset + begin - end} characters left out …]\n"), block);
        yield return new Passage(text.Tail[begin..], block, field, call, tailOffset + begin);
    }

    private int HeadEnd(string head)
    {
        var line = head.LastIndexOf('\n', keepHead - 1, keepHead / 5);
        return line >= 0 ? line + 1 : WholeCharacters(head, keepHead);
    }

    private int TailBegin(string tail)
    {
        var begin = tail.Length - keepTail;
        var line = tail.IndexOf('\n', Math.Max(0, begin - 1), keepTail / 5);
        return line >= 0 ? line + 1 : WholeCharacters(tail, begin);
    }

    /// <summary>The cut itself, or one unit later where it would divide a surrogate pair.</summary>
    private static int WholeCharacters(string text, int cut)
        => cut > 0 && cut < text.Length && char.IsHighSurrogate(text[cut - 1]) && char.IsLowSurrogate(text[cut]) ? cut + 1 : cut;
}
