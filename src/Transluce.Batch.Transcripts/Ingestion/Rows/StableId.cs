using System.Globalization;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Ids made from what they stand for: 32 hexadecimal digits of a SHA-256. No file and no log is in them.</summary>
internal static class StableId
{
    public static string Of(params ReadOnlySpan<string?> parts) => Hash(parts)[..32];

    /// <summary>All digits.</summary>
    public static string Hash(params ReadOnlySpan<string?> parts)
    {
        var hash = new Utf8Hash();
        Span<char> length = stackalloc char[11];
        foreach (var part in parts)
        {
            if (part is null)
            {
                hash.Append("-");
                continue;
            }

            // The length keeps ("a", "bc") and ("ab", "c") apart.
            part.Length.TryFormat(length, out var digits, default, CultureInfo.InvariantCulture);
            length[digits] = ':';
            hash.Append(length[..(digits + 1)]);
            hash.Append(part);
        }

        return hash.Finish();
    }
}
