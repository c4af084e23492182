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
            null => double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture),
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => double.NegativeInfinity,
        };
    }

    /// <summary>The number as it is written.</summary>
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
                Literal("true"u8);
                copy?.Token("true"u8);
                break;
            case (byte)'f':
                Literal("false"u8);
                copy?.Token("false"u8);
                break;
            case (byte)'n':
                Literal("null"u8);
                copy?.Token("null"u8);
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

    private void Literal(ReadOnlySpan<byte> literal)
    {
        if (!Available(literal.Length) || !buffer.AsSpan(position, literal.Length).SequenceEqual(literal))
        {
            throw Error($"'{Encoding.ASCII.GetString(literal)}' was expected, something else was found");
        }

        position += literal.Length;
        fresh = false;
    }

    /// <summary>The token's bytes, valid until the cursor moves; <paramref name="special"/> is set where it is no number of the standard.</summary>
    private ReadOnlySpan<byte> Number(out string? special)
    {
        NextByte();
        special = null;
        var length = 0;
        while (Available(length + 1) && IsNumberByte(buffer[position + length]))
        {
            if (++length > MostNumberBytes)
            {
                throw new LogDamage(LogDamage.Cap, $"a number has more than {MostNumberBytes} digits", Offset);
            }
        }

        var token = buffer.AsSpan(position, length);
        if (!IsStandard(token))
        {
            special = token switch
            {
                _ when token.SequenceEqual("NaN"u8) => "NaN",
                _ when token.SequenceEqual("Infinity"u8) => "Infinity",
                _ when token.SequenceEqual("-Infinity"u8) => "-Infinity",
                [] => throw Error($"a value was expected, {Show(buffer[position])} was found"),
                _ => throw Error("what begins like a number is none"),
            };
            SawNaN = true;
        }

        position += length;
        fresh = false;
        return token;
    }

    private static bool IsNumberByte(byte value) => value is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' || char.IsAsciiLetter((char)value);

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
