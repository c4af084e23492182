using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Transcripts;

/// <summary>SHA-256 of the UTF-8 of text that comes in parts, lone surrogates as U+FFFD. Every block is hashed several times: short text is neither put together nor copied for it.</summary>
internal ref struct Utf8Hash()
{
    private const int BufferBytes = 1 << 16;

    // Of one UTF-16 unit; the two of a surrogate pair have four bytes together.
    private const int BytesOfUnit = 3;

    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int filled;
    private IncrementalHash? flushed;

    public void Append(scoped ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var room = (buffer.Length - filled) / BytesOfUnit;
            if (room < 2)
            {
                Flush();
                continue;
            }

            var length = Math.Min(room, text.Length);
            length -= length < text.Length && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
            filled += Encoding.UTF8.GetBytes(text[..length], buffer.AsSpan(filled));
            text = text[length..];
        }
    }

    /// <summary>The hash in lower-case hexadecimal; ends the use of this value.</summary>
    public string Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (flushed is null)
        {
            SHA256.HashData(buffer.AsSpan(0, filled), hash);
        }
        else
        {
            Flush();
            flushed.GetHashAndReset(hash);
            flushed.Dispose();
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash);
    }

    private void Flush()
    {
        flushed ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        flushed.AppendData(buffer.AsSpan(0, filled));
        filled = 0;
    }
}
