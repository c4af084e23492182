using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Ids made from what they stand for: 32 hexadecimal digits of a SHA-256. No file and no log is in them.</summary>
internal static class StableId
{
    public static string Of(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            // The length keeps ("a", "bc") and ("ab", "c") apart.
            text.Append(part.Length).Append(':').Append(part);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
