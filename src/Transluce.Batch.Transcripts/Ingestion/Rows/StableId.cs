using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Ids made from what they stand for: 32 hexadecimal digits of a SHA-256. No file and no log is in them.</summary>
internal static class StableId
{
    private const int StackBytes = 512;

    public static string Of(params ReadOnlySpan<string> parts)
    {
        var most = 0;
        foreach (var part in parts)
        {
            most += 11 + Encoding.UTF8.GetMaxByteCount(part.Length);
        }

        // Every block has one, and its parts are short.
        var text = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        var length = 0;
        foreach (var part in parts)
        {
            // The length keeps ("a", "bc") and ("ab", "c") apart.
            part.Length.TryFormat(text[length..], out var digits, default, System.Globalization.CultureInfo.InvariantCulture);
            length += digits;
            text[length++] = (byte)':';
            length += Encoding.UTF8.GetBytes(part, text[length..]);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}
