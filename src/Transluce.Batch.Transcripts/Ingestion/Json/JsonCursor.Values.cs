using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

internal sealed partial class JsonCursor
{
    private const int MostNumberBytes = 4096;

    /// <summary>Passes over a value, whatever it is, and checks it.</summary>
    public void Skip() => Scan(null);

    /// <summary>Passes over a value and writes it to <paramref name="copy"/>.</summary>
    public void Copy(JsonCopy copy) => Scan(copy);

    public bool ReadBoolean()
    {
        var kind = Peek();
        Literal(kind == JsonKind.True ? "true"u8 : "false"u8);
        return kind == JsonKind.True;
    }

    /// <summary>A number; NaN and the infinities where they stand bare.</summary>
    public double ReadDouble()
    {
        var token = Number(out var special);
        return special switch
        {
            null when token.IsEmpty => 0,
            null => double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture),
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => double.NegativeInfinity,
        };
    }

    /// <summary>The number as it is written; empty where it is none, which spoils what is read.</summary>
    public string ReadNumberText()
    {
        var token = Number(out var special);
        return special ?? Encoding.ASCII.GetString(token);
    }

    private void Scan(JsonCopy? copy)
    {
        var floor = depth;
    value:
        var next = NextByte();
        switch (next)
        {
            case (byte)'{':
                position++;
                Push(next);
                copy?.Structure(next);
                if (NextByte() != '}')
                {
                    goto name;
                }

                break;
            case (byte)'[':
                position++;
                Push(next);
                copy?.Structure(next);
                if (NextByte() != ']')
                {
                    goto value;
                }

                break;
            case (byte)'"':
                position++;
                ScanOrPass(copy);
                break;
            case (byte)'t':
                CopyLiteral("true"u8, copy);
                break;
            case (byte)'f':
                CopyLiteral("false"u8, copy);
                break;
            case (byte)'n':
                CopyLiteral("null"u8, copy);
                break;
            default:
                var token = Number(out var special);
                copy?.Number(token, special);
                break;
        }

    after:
        if (depth == floor)
        {
            fresh = false;
            return;
        }

        var close = containers[depth - 1] == '{' ? (byte)'}' : (byte)']';
        next = NextByte();
        if (next == close)
        {
            position++;
            depth--;
            copy?.Structure(close);
            goto after;
        }

        if (next != ',')
        {
            throw Error($"',' or '{(char)close}' was expected, {Show(next)} was found");
        }

        position++;
        copy?.Structure(next);
        if (close == ']')
        {
            goto value;
        }

    name:
        next = NextByte();
        if (next != '"')
        {
            throw Error($"a property name was expected, {Show(next)} was found");
        }

        position++;
        ScanOrPass(copy);
        NextByte();
        Require((byte)':', "':'");
        copy?.Structure((byte)':');
        goto value;
    }

    private void ScanOrPass(JsonCopy? copy)
    {
        if (copy is null)
        {
            PassString();
            return;
        }

        copy.BeginString();
        ScanString(copy);
        copy.EndString();
    }

    /// <summary>Consumes <c>null</c> if it is next.</summary>
    public bool ReadNull()
    {
        if (NextByte() != 'n')
        {
            return false;
        }

        Literal("null"u8);
        return true;
    }

    private void CopyLiteral(ReadOnlySpan<byte> literal, JsonCopy? copy)
    {
        var found = Literal(literal);
        copy?.Token(found ? literal : "null"u8);
    }

    private bool Literal(ReadOnlySpan<byte> literal)
    {
        fresh = false;
        if (Available(literal.Length) && buffer.AsSpan(position, literal.Length).SequenceEqual(literal)
            && !(Available(literal.Length + 1) && IsWordByte(buffer[position + literal.Length])))
        {
            position += literal.Length;
            return true;
        }

        Spoil(LogDamage.Json, $"'{Encoding.ASCII.GetString(literal)}' was expected, something else was found");
        SkipWord();
        return false;
    }

    /// <summary>
    /// The token's bytes, valid until the cursor moves, none where it is no number at all (which spoils what is read); <paramref name="special"/> is
    /// set where it is no number of the standard.
    /// </summary>
    private ReadOnlySpan<byte> Number(out string? special)
    {
        NextByte();
        special = null;
        var length = 0;
        if (!IsWordByte(buffer[position]))
        {
            throw Error($"a value was expected, {Show(buffer[position])} was found");
        }

        while (length <= MostNumberBytes && Available(length + 1) && IsWordByte(buffer[position + length]))
        {
            length++;
        }

        var token = buffer.AsSpan(position, length);
        fresh = false;
        if (length <= MostNumberBytes && IsStandard(token))
        {
            position += length;
            return token;
        }

        special = token switch
        {
            _ when token.SequenceEqual("NaN"u8) => "NaN",
            _ when token.SequenceEqual("Infinity"u8) => "Infinity",
            _ when token.SequenceEqual("-Infinity"u8) => "-Infinity",
            _ => null,
        };
        if (special is not null)
        {
            SawNaN = true;
            position += length;
            return token;
        }

        if (length > MostNumberBytes)
        {
            Spoil(LogDamage.Cap, $"a number has more than {MostNumberBytes} digits");
        }
        else
        {
            Spoil(LogDamage.Json, $"a value was expected, {Show(buffer[position])} begins none");
        }

        SkipWord();
        return [];
    }

    /// <summary>Passes over what stands where a value should, up to what can only be structure: its end is the value's end, whatever it was meant to be.</summary>
    private void SkipWord()
    {
        while ((position < end || Fill()) && IsWordByte(buffer[position]))
        {
            position++;
        }
    }

    /// <summary>Whether a byte belongs to a number, a literal or a word that is neither.</summary>
    private static bool IsWordByte(byte value)
        => char.IsAsciiLetterOrDigit((char)value)
        || !(IsWhite(value) || value is (byte)',' or (byte)':' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'"');

    private static bool IsStandard(ReadOnlySpan<byte> token)
    {
        var at = token is [(byte)'-', ..] ? 1 : 0;
        var whole = Digits(token, ref at);
        if (whole == 0 || (whole > 1 && token[at - whole] == '0'))
        {
            return false;
        }

        if (at < token.Length && token[at] == '.')
        {
            at++;
            if (Digits(token, ref at) == 0)
            {
                return false;
            }
        }

        if (at < token.Length && token[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < token.Length && token[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }

            if (Digits(token, ref at) == 0)
            {
                return false;
            }
        }

        return at == token.Length;
    }

    private static int Digits(ReadOnlySpan<byte> token, ref int at)
    {
        var start = at;
        while (at < token.Length && char.IsAsciiDigit((char)token[at]))
        {
            at++;
        }

        return at - start;
    }
}
