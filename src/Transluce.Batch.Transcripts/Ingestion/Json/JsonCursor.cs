using System.Text.Unicode;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What begins at the cursor.</summary>
internal enum JsonKind
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>
/// Reads JSON forward from a stream, value by value, in a fixed buffer: strings in pieces, what is not wanted skipped, all of it checked.
/// Beyond the standard it takes bare NaN and Infinity and lone surrogates (as U+FFFD), and says so. The framework's reader needs every token whole in memory.
/// A fault that leaves no doubt where the next value begins spoils what is read and the reading goes on; one of brackets, commas or colons is thrown.
/// </summary>
internal sealed partial class JsonCursor(Stream stream, int maximumDepth = 512)
{
    private const int BufferBytes = 1 << 16;
    private const int UsualDepth = 64;
    private const int MostDepth = 1 << 20;
    private const int MostBlankBytes = 4096;
    private readonly byte[] buffer = new byte[BufferBytes];
    private byte[] containers = new byte[256];
    private Stream stream = stream;
    private long begin;
    private long consumed;
    private int position;
    private int end;
    private int depth;
    private int depthBase;
    private bool fresh;
    private bool ended;
    private bool suspect;
    private int validTo;

    /// <summary>Offset of the next byte in the stream.</summary>
    public long Offset => consumed + position;

    public bool SawNaN { get; private set; }

    public bool SawSurrogate { get; private set; }

    public bool SawDeep { get; private set; }

    /// <summary>Whether something was kept only in part: said by who reads values, kept here since it ends with the sample.</summary>
    public bool SawCut { get; private set; }

    /// <summary>What was met since <see cref="Restart"/>, as in the columns <c>flags</c>.</summary>
    public IEnumerable<string> Flags
        => new[] { SawNaN ? "nan" : null, SawSurrogate ? "surrogate" : null, SawDeep ? "deep" : null, SawCut ? "truncated" : null }.OfType<string>();

    /// <summary>The first thing that makes what was read since <see cref="Restart"/> unfit, though the reading could go on behind it.</summary>
    public LogDamage? Damage { get; private set; }

    /// <summary>Whether a cap was exceeded since then, also where something else was amiss first.</summary>
    public bool ExceededCap { get; private set; }

    /// <summary>Forgets peculiarities and damage and counts levels from here on: a new sample begins.</summary>
    public void Restart()
    {
        Forget();
        depthBase = depth;
    }

    /// <summary>Forgets peculiarities and damage: someone has taken them over.</summary>
    public void Forget() => (SawNaN, SawSurrogate, SawDeep, SawCut, Damage, ExceededCap) = (false, false, false, false, null, false);

    /// <summary>Levels count from the outermost value again: the sample is over.</summary>
    public void EndSample() => depthBase = 0;

    /// <summary>What the next value is; nothing is consumed but white space.</summary>
    public JsonKind Peek() => NextByte() switch
    {
        (byte)'{' => JsonKind.Object,
        (byte)'[' => JsonKind.Array,
        (byte)'"' => JsonKind.String,
        (byte)'t' => JsonKind.True,
        (byte)'f' => JsonKind.False,
        (byte)'n' => JsonKind.Null,
        var sign and ((byte)',' or (byte)':' or (byte)']' or (byte)'}') => throw Error($"a value was expected, {Show(sign)} was found"),
        // A number, or a word that is none: reading it tells.
        _ => JsonKind.Number,
    };

    public void BeginObject() => Begin((byte)'{', "an object");

    public void BeginArray() => Begin((byte)'[', "an array");

    /// <summary>Moves to the next property, whose name then is <see cref="Name"/>; false at the end of the object, which is consumed.</summary>
    public bool NextName()
    {
        var next = NextByte();
        if (next == '}')
        {
            position++;
            Pop();
            return false;
        }

        if (!fresh)
        {
            Require((byte)',', "',' or '}'");
            next = NextByte();
        }

        if (next != '"')
        {
            throw Error($"a property name was expected, {Show(next)} was found");
        }

        ReadName();
        NextByte();
        Require((byte)':', "':'");
        fresh = false;
        return true;
    }

    /// <summary>Moves to the next element; false at the end of the array, which is consumed.</summary>
    public bool NextItem()
    {
        if (NextByte() == ']')
        {
            position++;
            Pop();
            return false;
        }

        if (!fresh)
        {
            Require((byte)',', "',' or ']'");
            NextByte();
        }

        fresh = false;
        return true;
    }

    /// <summary>
    /// Requires that an object in an array is followed by what may follow one. Where it is not, or a property name comes next, the object was closed too
    /// early, and what was read is not all of it.
    /// </summary>
    public void RequireItemEnd()
    {
        var next = NextByte();
        if (next is not ((byte)',' or (byte)']'))
        {
            throw Error($"',' or ']' was expected, {Show(next)} was found");
        }

        var ahead = 1;
        while (next == ',' && ahead < MostBlankBytes && Available(ahead + 1) && IsWhite(buffer[position + ahead]))
        {
            ahead++;
        }

        if (next == ',' && Available(ahead + 1) && buffer[position + ahead] == '"')
        {
            throw Error("an object was expected behind ',', a string was found");
        }
    }

    /// <summary>Whether nothing but white space is left.</summary>
    public bool AtEnd()
    {
        while (true)
        {
            while (position < end && IsWhite(buffer[position]))
            {
                position++;
            }

            if (position < end)
            {
                return false;
            }

            if (!Fill())
            {
                return true;
            }
        }
    }

    /// <summary>Requires the end of the stream, and so reads its length and checksum too.</summary>
    public void RequireEnd()
    {
        if (!AtEnd())
        {
            throw Error($"the end was expected, {Show(buffer[position])} was found");
        }
    }

    /// <summary>A byte order mark is not JSON, but writers leave it.</summary>
    public void SkipByteOrderMark()
    {
        if (Available(3) && buffer[position] == 0xEF && buffer[position + 1] == 0xBB && buffer[position + 2] == 0xBF)
        {
            position += 3;
            begin = 3;
        }
    }

    /// <summary>Marks what was read as unfit without stopping: the reading goes on to the sample's end.</summary>
    public void Spoil(string kind, string reason)
    {
        Damage ??= new LogDamage(kind, reason, Offset);
        ExceededCap |= kind == LogDamage.Cap;
    }

    /// <summary>Notes that something that was read is kept only in part.</summary>
    public void MarkCut() => SawCut = true;

    /// <summary>Takes over what was met in JSON that stood within a string of this one.</summary>
    public void TakeFlags(JsonCursor inner)
    {
        SawNaN |= inner.SawNaN;
        SawSurrogate |= inner.SawSurrogate;
        SawDeep |= inner.SawDeep;
        SawCut |= inner.SawCut;
    }

    /// <summary>Forgets for a while that there was a surrogate, to learn whether what comes next has one.</summary>
    public void ForgetSurrogate() => SawSurrogate = false;

    public void RestoreSurrogate(bool before) => SawSurrogate |= before;

    internal LogDamage Error(string reason) => new(LogDamage.Json, reason, Offset);

    private static bool IsWhite(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private static string Show(byte value) => value is > 0x20 and < 0x7F ? $"'{(char)value}'" : $"byte 0x{value:x2}";

    private void Begin(byte bracket, string what)
    {
        var next = NextByte();
        if (next != bracket)
        {
            throw Error($"{what} was expected, {Show(next)} was found");
        }

        position++;
        Push(bracket);
        fresh = true;
    }

    private void Push(byte bracket)
    {
        if (depth == containers.Length)
        {
            if (depth >= MostDepth)
            {
                throw new LogDamage(LogDamage.Depth, $"more than {MostDepth} levels of nesting", Offset);
            }

            Array.Resize(ref containers, depth * 2);
        }

        containers[depth++] = bracket;
        if (depth - depthBase > UsualDepth)
        {
            SawDeep = true;
            if (depth - depthBase > maximumDepth)
            {
                Spoil(LogDamage.Depth, $"more than {maximumDepth} levels of nesting");
            }
        }
    }

    private void Pop()
    {
        depth--;
        fresh = false;
    }

    private byte NextByte()
    {
        if (position < end && buffer[position] > 0x20)
        {
            return buffer[position];
        }

        return AtEnd() ? throw Error("the text ends within a value") : buffer[position];
    }

    private void Require(byte expected, string what)
    {
        if (buffer[position] != expected)
        {
            throw Error($"{what} was expected, {Show(buffer[position])} was found");
        }

        position++;
    }

    /// <summary>Makes at least <paramref name="count"/> bytes available from the cursor on; false where the stream has fewer.</summary>
    private bool Available(int count)
    {
        while (end - position < count)
        {
            if (!Fill())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads more behind what is left; false at the end of the stream.</summary>
    private bool Fill()
    {
        if (ended)
        {
            return false;
        }

        if (position > 0)
        {
            buffer.AsSpan(position, end - position).CopyTo(buffer);
            consumed += position;
            end -= position;
            validTo = Math.Max(0, validTo - position);
            position = 0;
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
        LookForInvalid();
        return read > 0;
    }

    /// <summary>
    /// One check of a whole buffer is much cheaper than one of every string. Only after it has failed is each string checked, since only then it
    /// matters which one it is.
    /// </summary>
    private void LookForInvalid()
    {
        if (!suspect)
        {
            var whole = end - CutCharacter(buffer.AsSpan(0, end));
            suspect = whole > validTo && !Utf8.IsValid(buffer.AsSpan(validTo, whole - validTo));
            validTo = Math.Max(validTo, whole);
        }
    }
}
