using System.Diagnostics.CodeAnalysis;

namespace Transluce.Batch.LanguageModels;

/// <summary>GPT-2's alphabet of 256 printable characters, one a byte, in which byte-level vocabularies are written.</summary>
internal static class ByteAlphabet
{
    // Bytes that are printable Latin-1 stand for themselves; the others take U+0100 … in order (GPT-2's bytes_to_unicode).
    private static readonly Dictionary<char, byte> ToByte = Build();

    /// <summary>The bytes a vocabulary entry stands for; false where it holds a character outside the alphabet.</summary>
    public static bool TryDecode(string token, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ToByte.TryGetValue(token[i], out bytes[i]))
            {
                bytes = null;
                return false;
            }
        }

        return true;
    }

    private static Dictionary<char, byte> Build()
    {
        var table = new Dictionary<char, byte>(256);
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            table[printable ? (char)value : next++] = (byte)value;
        }

        return table;
    }
}
