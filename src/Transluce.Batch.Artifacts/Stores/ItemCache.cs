using System.Security.Cryptography;

namespace Transluce.Batch.Artifacts;

/// <summary>
/// Single items that are expensive to make, such as an embedding or a model's answer, by the fingerprint of what makes them and the SHA-256
/// of what they are made from. An item is created once and part of no key; the folder <c>cache/</c> may be deleted at any time.
/// </summary>
/// <param name="store">Where the items are.</param>
public sealed class ItemCache(IObjectStore store)
{
    private const int ChecksumBytes = 8;
    private const int MaxBytes = 64 << 20;

    /// <summary>The item, or null where there is none or where it is damaged.</summary>
    /// <param name="maker">SHA-256 of everything that decides what is made, in hexadecimal.</param>
    /// <param name="contentSha256">SHA-256 of what it is made from, in hexadecimal.</param>
    public byte[]? Get(string maker, string contentSha256)
    {
        var path = Path(maker, contentSha256);
        if (store.Length(path) is not { } length || length is < ChecksumBytes or > MaxBytes)
        {
            return null;
        }

        var bytes = new byte[length];
        try
        {
            using var stream = store.OpenRead(path);
            stream.ReadExactly(bytes);
        }
        catch (Exception exception) when (exception is ArtifactException or EndOfStreamException)
        {
            // Deleted, or cut short, between the two calls.
            return null;
        }

        var item = bytes.AsSpan(ChecksumBytes);
        return SHA256.HashData(item).AsSpan(0, ChecksumBytes).SequenceEqual(bytes.AsSpan(0, ChecksumBytes)) ? item.ToArray() : null;
    }

    /// <summary>Stores an item where there is none yet.</summary>
    /// <returns>The item that counts: the one given, or another process's that was there first (a service may answer differently each time).</returns>
    public byte[] Keep(string maker, string contentSha256, ReadOnlySpan<byte> item)
    {
        byte[] bytes = [.. SHA256.HashData(item).AsSpan(0, ChecksumBytes), .. item];
        try
        {
            store.PutIfAbsent(Path(maker, contentSha256), bytes);
        }
        catch (ArtifactException) when (store.Exists(Path(maker, contentSha256)))
        {
            // Another item is there. Where it is damaged, ours counts, for this shard; where it is not, it was first.
            return Get(maker, contentSha256) ?? item.ToArray();
        }

        return item.ToArray();
    }

    private static string Path(string maker, string contentSha256)
    {
        Require(maker);
        Require(contentSha256);
        return ArtifactPaths.CachedItem(maker, contentSha256);
    }

    private static void Require(string hash)
    {
        if (hash.Length is < 16 or > 64 || !hash.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException($"'{hash}' is no lower-case hexadecimal hash; names of cached items come from hashes only.");
        }
    }
}
