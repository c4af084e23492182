using System.Globalization;
using System.Text;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Token bytes between double quotes: readable text as it is; quotes, backslashes, controls, invisible characters and marks of writing direction escaped
/// (<c>\" \\ \n \t \r \u{202E}</c>), bytes that are no UTF-8 as <c>\xE2</c>. So a description cannot carry hidden text.
/// </summary>
public static class QuotedText
{
    public static string Write(ReadOnlySpan<byte> content)
    {
        var text = new StringBuilder("\"");
        while (content.Length > 0)
        {
            if (Rune.DecodeFromUtf8(content, out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{content[0]:X2}");
                content = content[1..];
                continue;
            }

            Append(text, rune);
            content = content[used..];
        }

        return text.Append('"').ToString();
    }

    /// <summary>Reads a quotation that starts at <paramref name="at"/> and moves past it; null where it is malformed.</summary>
    public static byte[]? Read(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            return null;
        }

        var content = new List<byte>();
        Span<byte> encoded = stackalloc byte[4];
        for (at++; at < text.Length;)
        {
            if (text[at] == '"')
            {
                at++;
                return [.. content];
            }

            if (text[at] == '\\')
            {
                if (!ReadEscape(text, ref at, content))
                {
                    return null;
                }

                continue;
            }

            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return null;
            }

            content.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            at += rune.Utf16SequenceLength;
        }

        return null;
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        switch (rune.Value)
        {
            case '"': text.Append("\\\""); break;
            case '\\': text.Append("\\\\"); break;
            case '\n': text.Append("\\n"); break;
            case '\r': text.Append("\\r"); break;
            case '\t': text.Append("\\t"); break;
            case not ' ' when IsHidden(rune): text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"); break;
            default: text.Append(rune.ToString()); break;
        }
    }

    // The Hangul fillers and the empty Braille pattern are letters and symbols by category, yet show nothing.
    private static bool IsHidden(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0 || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool ReadEscape(string text, ref int at, List<byte> content)
    {
        if (at + 1 >= text.Length)
        {
            return false;
        }

        var kind = text[at + 1];
        at += 2;
        switch (kind)
        {
            case 'n': content.Add((byte)'\n'); return true;
            case 'r': content.Add((byte)'\r'); return true;
            case 't': content.Add((byte)'\t'); return true;
            case '"' or '\\': content.Add((byte)kind); return true;
            case 'x' when at + 2 <= text.Length && byte.TryParse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var single):
                content.Add(single);
                at += 2;
                return true;
            case 'u' when text.IndexOf('}', at) is var end and > 0 && end - at is > 1 and <= 8 && text[at] == '{'
                && int.TryParse(text.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.TryCreate(value, out var rune):
                content.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                at = end + 1;
                return true;
            default: return false;
        }
    }
}
