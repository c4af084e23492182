using System.Buffers;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Collects a value as compact JSON: keys in their order, only what must be escaped escaped, numbers digit for digit, NaN and the infinities as
/// <c>{"float":"NaN"}</c>. Equal values spelled in different ways come out equal.
/// </summary>
internal sealed class JsonCopy(int limit) : StringTarget
{
    private readonly ArrayBufferWriter<byte> bytes = new(256);

    /// <summary>Whether the value was longer than the limit; what is held then is no JSON.</summary>
    public bool Overflowed { get; private set; }

    public int Length => bytes.WrittenCount;

    public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

    /// <summary>The value, or, where it is too long, a note that is JSON.</summary>
    public string Text() => Overflowed ? Omitted(limit) : Encoding.UTF8.GetString(bytes.WrittenSpan);

    /// <summary>What stands for a value of more bytes than that.</summary>
    public static string Omitted(long bytes) => $"{{\"omitted\":\"longer than {bytes} bytes\"}}";

    public void Clear()
    {
        bytes.ResetWrittenCount();
        Overflowed = false;
    }

    public void Structure(byte value) => Append([value]);

    public void Token(ReadOnlySpan<byte> token) => Append(token);

    public void Number(ReadOnlySpan<byte> token, string? special)
    {
        if (special is null)
        {
            Append(token.IsEmpty ? "null"u8 : token);
        }
        else
        {
            Append("{\"float\":\""u8);
            Append(Encoding.ASCII.GetBytes(special));
            Append("\"}"u8);
        }
    }

    public void BeginString() => Append("\""u8);

    public void EndString() => Append("\""u8);

    public override void Append(ReadOnlySpan<byte> utf8)
    {
        if (bytes.WrittenCount + utf8.Length > limit)
        {
            Overflowed = true;
            return;
        }

        bytes.Write(utf8);
    }

    public override void Append(Rune rune)
    {
        switch (rune.Value)
        {
            case '"':
                Append("\\\""u8);
                break;
            case '\\':
                Append("\\\\"u8);
                break;
            case '\n':
                Append("\\n"u8);
                break;
            case '\r':
                Append("\\r"u8);
                break;
            case '\t':
                Append("\\t"u8);
                break;
            case '\b':
                Append("\\b"u8);
                break;
            case '\f':
                Append("\\f"u8);
                break;
            case < 0x20:
                Append(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
                break;
            default:
                Span<byte> utf8 = stackalloc byte[4];
                Append(utf8[..rune.EncodeToUtf8(utf8)]);
                break;
        }
    }

    /// <summary>Writes a whole string value.</summary>
    public void String(string text)
    {
        BeginString();
        foreach (var rune in text.EnumerateRunes())
        {
            Append(rune);
        }

        EndString();
    }
}
