namespace Transluce.Batch.Transcripts.Ingestion;

internal sealed partial class JsonCursor
{
    /// <summary>White space between the beginning of the line and the cursor; null where something else stands there, or the buffer begins there.</summary>
    public int? Indentation
    {
        get
        {
            var at = position;
            while (at > 0 && consumed + at > begin && buffer[at - 1] is (byte)' ' or (byte)'\t')
            {
                at--;
            }

            return consumed + at == begin || (at > 0 && buffer[at - 1] == '\n') ? position - at : null;
        }
    }

    /// <summary>How many containers are open.</summary>
    public int Level => depth;

    /// <summary>
    /// Goes on behind a fault of brackets: from an object's first byte to the line with which the next one beside it begins, or to the end of the array
    /// they are in. In JSON no line feed is within a string. Where objects are indented, each level begins a line of its own, and the indentation tells it;
    /// where they are not, each is a line.
    /// </summary>
    /// <param name="again">The text once more, from that byte on.</param>
    /// <param name="from">Its offset.</param>
    /// <param name="indent">How far the objects are indented.</param>
    /// <param name="level">How many containers are open around them.</param>
    /// <returns>False where that cannot be told: behind a line that leaves a string open, where a line stands further out, or at the text's end within an array.</returns>
    public bool SkipToNextItem(Stream again, long from, int indent, int level)
    {
        stream = again;
        (consumed, position, end, validTo, depth) = (from, 0, 0, 0, level);
        (ended, suspect, fresh) = (false, false, true);
        while (SkipLine())
        {
            var blank = 0;
            while (Available(1) && buffer[position] is (byte)' ' or (byte)'\t')
            {
                position++;
                blank++;
            }

            if (!Available(1))
            {
                return level == 0;
            }

            if (blank < indent || (blank == 0 && buffer[position] == ']'))
            {
                return buffer[position] == ']' && level > 0;
            }

            if (blank == indent && Available(2) && buffer[position] == '{' && BeginsObject(buffer[position + 1], indent))
            {
                return true;
            }
        }

        return false;
    }

    private static bool BeginsObject(byte second, int indent) => indent == 0 ? second == '"' : second is (byte)'\n' or (byte)'\r';

    /// <summary>To behind the next line feed, or to the end; false where a string is open there.</summary>
    private bool SkipLine()
    {
        var open = false;
        while (position < end || Fill())
        {
            switch (buffer[position++])
            {
                case (byte)'\n':
                    return !open;
                case (byte)'"':
                    open = !open;
                    break;
                case (byte)'\\' when open && Available(1) && buffer[position] != '\n':
                    position++;
                    break;
            }
        }

        return !open;
    }
}
