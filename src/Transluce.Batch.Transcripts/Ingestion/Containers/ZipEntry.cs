using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>An entry as the central directory has it. The name is hostile text: a label, never a path.</summary>
/// <param name="Key">The name's bytes, one character each: tells entries apart whatever the encoding.</param>
/// <param name="Name">For people: UTF-8, or, where it is not that, with its other bytes as <c>\xE9</c>.</param>
/// <param name="Method">0 stored, 8 deflate, 93 Zstandard; others are refused when the entry is opened.</param>
/// <param name="HeaderOffset">Where the local header lies.</param>
/// <param name="Encrypted">By either scheme; refused.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="CompressedBytes">As packed.</param>
/// <param name="Crc">CRC-32 of the unpacked bytes.</param>
internal sealed record ZipEntry(string Key, string Name, int Method, bool Encrypted, uint Crc, long CompressedBytes, long Bytes, long HeaderOffset)
{
    /// <summary>Flags that say how a name is encoded are wrong as often as not; its bytes tell.</summary>
    public static string Shown(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
        {
            return Encoding.UTF8.GetString(name);
        }

        var text = new StringBuilder();
        while (!name.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done;
            _ = valid ? text.Append(rune.ToString()) : text.Append(CultureInfo.InvariantCulture, $"\\x{name[0]:X2}");
            name = name[(valid ? length : 1)..];
        }

        return text.ToString();
    }
}
