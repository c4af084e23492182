using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Transluce.Batch.Transcripts.Ingestion;

internal sealed partial class JsonCursor
{
    private const int MostNameBytes = 1 << 20;

    private static readonly SearchValues<byte> Stops = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(value => (byte)value)]);

    private readonly NameTarget name = new();

    /// <summary>The property's name after <see cref="NextName"/>, unescaped, until the cursor moves on to another name.</summary>
    public ReadOnlySpan<byte> Name => name.Bytes;

    /// <summary>Reads a string into the target.</summary>
    public void ReadString(StringTarget target)
    {
        var next = NextByte();
        if (next != '"')
        {
            throw Error($"a string was expected, {Show(next)} was found");
        }

        position++;
        ScanString(target);
    }

    private void ReadName()
    {
        name.Clear();
        position++;
        // Most names are short, plain and whole in the buffer.
        var rest = buffer.AsSpan(position, end - position);
        var stop = rest.IndexOfAny(Stops);
        if (stop >= 0 && rest[stop] == '"')
        {
            Check(rest[..stop]);
            name.Append(rest[..stop]);
            position += stop + 1;
            return;
        }

        ScanString(name);
        if (name.Overflowed)
        {
            Spoil(LogDamage.Cap, $"a property name is longer than {MostNameBytes} bytes");
        }
    }

    /// <summary>From behind the opening quotation mark to behind the closing one. Null: only checked.</summary>
    private void ScanString(StringTarget? target)
    {
        while (true)
        {
            var rest = buffer.AsSpan(position, end - position);
            var stop = rest.IndexOfAny(Stops);
            if (stop < 0)
            {
                var whole = rest.Length - CutCharacter(rest);
                Take(rest[..whole], target);
                position += whole;
                if (!Fill())
                {
                    throw Error("the text ends within a string");
                }

                continue;
            }

            Take(rest[..stop], target);
            position += stop;
            switch (rest[stop])
            {
                case (byte)'"':
                    position++;
                    return;
                case (byte)'\\':
                    ScanEscape(target);
                    break;
                default:
                    // The string's end is found all the same.
                    Spoil(LogDamage.Json, $"a string holds the bare control character {Show(rest[stop])}; it must be escaped");
                    target?.Append(new Rune((char)rest[stop]));
                    position++;
                    break;
            }
        }
    }

    /// <summary>The same, where nobody wants to know what the string says.</summary>
    private void PassString()
    {
        while (true)
        {
            var rest = buffer.AsSpan(position, end - position);
            var stop = rest.IndexOfAny(Stops);
            if (stop < 0 || suspect)
            {
                ScanString(null);
                return;
            }

            if (rest[stop] == '"')
            {
                position += stop + 1;
                return;
            }

            position += stop;
            if (rest[stop] == '\\' && stop + 6 <= rest.Length && PlainEscape(rest[stop..]) is > 0 and var length)
            {
                position += length;
            }
            else
            {
                ScanString(null);
                return;
            }
        }
    }

    /// <summary>Length of an escape that stands for one character by itself; 0 where that needs a closer look.</summary>
    private static int PlainEscape(ReadOnlySpan<byte> escape)
    {
        if (escape[1] != 'u')
        {
            return escape[1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' ? 2 : 0;
        }

        var isHex = char.IsAsciiHexDigit((char)escape[2]) && char.IsAsciiHexDigit((char)escape[3]) && char.IsAsciiHexDigit((char)escape[4]) && char.IsAsciiHexDigit((char)escape[5]);
        return isHex && (escape[2] | 0x20) != 'd' ? 6 : 0;
    }

    private void Take(ReadOnlySpan<byte> piece, StringTarget? target)
    {
        Check(piece);
        if (!piece.IsEmpty)
        {
            target?.Append(piece);
        }
    }

    private void Check(ReadOnlySpan<byte> piece)
    {
        if (suspect && !Utf8.IsValid(piece))
        {
            Spoil(LogDamage.Utf8, "a string is not valid UTF-8");
        }
    }

    /// <summary>Bytes at the end that begin a character and do not end it.</summary>
    private static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            var value = bytes[^back];
            if (value < 0x80)
            {
                return 0;
            }

            if (value >= 0xC0)
            {
                var length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return length > back ? back : 0;
            }
        }

        return 0;
    }

    private void ScanEscape(StringTarget? target)
    {
        if (!Available(2))
        {
            throw Error("the text ends within an escape");
        }

        var code = buffer[position + 1];
        if (code == 'u')
        {
            ScanUnicodeEscape(target);
            return;
        }

        var rune = code switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => (char)code,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => '\0',
        };
        if (rune == '\0')
        {
            // What follows may be a control character or a longer one: it is looked at by itself.
            Spoil(LogDamage.Json, $"there is no escape \\{Show(code)}");
            position++;
            return;
        }

        position += 2;
        target?.Append(new Rune(rune));
    }

    private void ScanUnicodeEscape(StringTarget? target)
    {
        if (HexUnit(0) is not { } unit)
        {
            Spoil(LogDamage.Json, "\\u must be followed by four hexadecimal digits");
            position += 2;
            return;
        }

        position += 6;
        if (!char.IsSurrogate(unit))
        {
            target?.Append(new Rune(unit));
            return;
        }

        if (char.IsHighSurrogate(unit) && HexUnit(0) is { } low && char.IsLowSurrogate(low))
        {
            position += 6;
            target?.Append(new Rune(unit, low));
            return;
        }

        SawSurrogate = true;
        target?.Append(Rune.ReplacementChar);
    }

    /// <summary>The unit of an escape at the cursor, or null where there is none.</summary>
    private char? HexUnit(int at)
    {
        if (!Available(at + 6) || buffer[position + at] != '\\' || buffer[position + at + 1] != 'u')
        {
            return null;
        }

        var unit = 0;
        for (var i = at + 2; i < at + 6; i++)
        {
            if (!char.IsAsciiHexDigit((char)buffer[position + i]))
            {
                return null;
            }

            unit = (unit << 4) | HexValue(buffer[position + i]);
        }

        return (char)unit;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private sealed class NameTarget : StringTarget
    {
        private byte[] bytes = new byte[256];
        private int length;

        public bool Overflowed { get; private set; }

        public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

        public void Clear() => (length, Overflowed) = (0, false);

        public override void Append(ReadOnlySpan<byte> utf8)
        {
            if (length + utf8.Length > MostNameBytes)
            {
                Overflowed = true;
                return;
            }

            if (length + utf8.Length > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + utf8.Length));
            }

            utf8.CopyTo(bytes.AsSpan(length));
            length += utf8.Length;
        }

        public override void Append(Rune rune)
        {
            Span<byte> utf8 = stackalloc byte[4];
            Append(utf8[..rune.EncodeToUtf8(utf8)]);
        }
    }
}
