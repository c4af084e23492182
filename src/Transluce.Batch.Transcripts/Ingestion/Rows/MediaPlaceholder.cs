using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What stands for an image, a recording or a document: hash and length of its bytes, never the bytes.</summary>
/// <param name="Text">The placeholder.</param>
/// <param name="Sha256">Null where there are no bytes: an address, or an attachment that is missing.</param>
/// <param name="MimeType">As written.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="IsMissing">Whether it refers to an attachment the log lacks.</param>
internal sealed record MediaPlaceholder(string Text, string? Sha256, string? MimeType, long Bytes, bool IsMissing)
{
    private const int MostAddressUnits = 2000;

    public static MediaPlaceholder Of(MessagePart part, ScratchText scratch)
    {
        var label = part.Name is null ? part.Type : $"{part.Type} \"{part.Name}\"";
        var head = scratch.Pieces(part.Text).FirstOrDefault() ?? "";
        if (AttachmentTable.KeyOf(part.Text.Held) is not null)
        {
            return new MediaPlaceholder($"[{label} {head} missing]", null, null, 0, true);
        }

        if (!head.StartsWith("data:", StringComparison.Ordinal))
        {
            var address = head.Length <= MostAddressUnits ? head : head[..MostAddressUnits];
            return new MediaPlaceholder(address.Length == 0 ? $"[{label}]" : $"[{label} {address}]", null, null, 0, false);
        }

        var comma = head.IndexOf(',', StringComparison.Ordinal);
        var header = comma < 0 ? "" : head[5..comma];
        var mime = header.Split(';')[0];
        var (sha, bytes) = header.EndsWith(";base64", StringComparison.Ordinal) ? Base64(scratch.Pieces(part.Text), comma + 1) : Plain(scratch.Pieces(part.Text), comma + 1);
        return new MediaPlaceholder($"[{label} sha256:{sha} {bytes} bytes]", sha, mime.Length is 0 or > 200 ? null : mime, bytes, false);
    }

    private static (string Sha256, long Bytes) Plain(IEnumerable<string> pieces, int skip)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var total = 0L;
        foreach (var piece in pieces)
        {
            var utf8 = Encoding.UTF8.GetBytes(piece[skip..]);
            skip = 0;
            hash.AppendData(utf8);
            total += utf8.Length;
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), total);
    }

    /// <summary>Damaged base64 gives the hash of what could be decoded of it: a placeholder is no place to fail.</summary>
    private static (string Sha256, long Bytes) Base64(IEnumerable<string> pieces, int skip)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var total = 0L;
        var rest = "";
        foreach (var piece in pieces)
        {
            var text = rest + piece[skip..];
            skip = 0;
            var whole = text.Length / 4 * 4;
            rest = text[whole..];
            var bytes = new byte[whole / 4 * 3];
            if (!Convert.TryFromBase64Chars(text.AsSpan(0, whole), bytes, out var written))
            {
                break;
            }

            hash.AppendData(bytes, 0, written);
            total += written;
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), total);
    }
}
