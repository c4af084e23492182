namespace Transluce.Batch.Transcripts.Ingestion;

internal sealed partial class JsonCursor
{
    private long indentedTo = -1;
    private long indentation;

    /// <summary>White space between the last line feed and the cursor; null where something else stands there, or it is not known.</summary>
    public long? Indentation => indentedTo == Offset ? indentation : null;

    /// <summary>How many containers are open.</summary>
    public int Level => depth;

    /// <summary>
    /// Goes on behind a fault of brackets: from an element's first byte to the line with which the next element of the array begins, or to the array's end.
    /// In JSON no line feed is within a string, and where every container begins a line of its own, the indentation tells its level.
    /// </summary>
    /// <param name="again">The text once more, from that byte on.</param>
    /// <param name="from">Its offset.</param>
    /// <param name="indent">How far elements of the array are indented.</param>
    /// <param name="level">How many containers are open within the array.</param>
    /// <returns>False where that cannot be told: at the text's end, behind a line that leaves a string open, or where a line stands further out.</returns>
    public bool SkipToNextItem(Stream again, long from, long indent, int level)
    {
        stream = again;
        (consumed, position, end, validTo, depth) = (from, 0, 0, 0, level);
        (ended, suspect, fresh) = (false, false, true);
        while (SkipLine())
        {
            var blank = 0L;
            while (Available(1) && buffer[position] is (byte)' ' or (byte)'\t')
            {
                position++;
                blank++;
            }

            if (!Available(2))
            {
                return false;
            }

            if (blank < indent)
            {
                return buffer[position] == ']';
            }

            if (blank == indent && buffer[position] == '{' && buffer[position + 1] is (byte)'\n' or (byte)'\r')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>To behind the next line feed; false where there is none, or a string is open there.</summary>
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

        return false;
    }
}
