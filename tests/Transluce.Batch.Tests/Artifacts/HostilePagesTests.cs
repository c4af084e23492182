using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>Well-formed files whose pages claim what they do not hold.</summary>
public sealed class HostilePagesTests
{
    // Levels (length 2: a run of one 1), then the value 7.
    private static readonly byte[] OneSeven = [2, 0, 0, 0, 2, 1, 7, 0, 0, 0];

    [Fact]
    public void The_file_made_by_hand_is_fine() => Assert.Equal([7], Read(new RawParquet { Page = OneSeven }));

    public static TheoryData<string> Claims() => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(Claims))]
    public void Claims_beyond_what_is_there_are_errors_without_a_large_allocation(string claim)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ArtifactException>(() => Read(Hostile[claim]));

        Assert.Contains("hand.parquet", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400 << 20);
    }

    private static Dictionary<string, RawParquet> Hostile { get; } = new()
    {
        ["2^31-1 rows of null in six bytes"] = new() { Rows = int.MaxValue, PageEntries = int.MaxValue, Page = [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0] },
        ["2^40 rows"] = new() { Rows = 1L << 40, Page = OneSeven },
        ["-1 rows"] = new() { Rows = -1, Page = OneSeven },
        ["fewer entries than rows"] = new() { Rows = 5, Page = OneSeven },
        ["more entries than rows"] = new() { PageEntries = 9, Page = OneSeven },
        ["-1 entries"] = new() { PageEntries = -1, Page = OneSeven },
        ["a page of 2 GB"] = new() { UncompressedBytes = int.MaxValue, Page = OneSeven },
        ["a page of -1 bytes"] = new() { UncompressedBytes = -1, Page = OneSeven },
        ["a compressed page that is none"] = new() { Codec = 6, UncompressedBytes = 100 << 20, Page = OneSeven },
        ["a zstd frame that claims 16 EB"] = new() { Codec = 6, UncompressedBytes = 1 << 20, Page = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, .. Enumerable.Repeat((byte)0xFF, 8), 1, 0, 0] },
        ["snappy that claims 4 GB"] = new() { Codec = 1, UncompressedBytes = 1 << 20, Page = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0] },
        ["gzip that is none"] = new() { Codec = 2, UncompressedBytes = 1 << 20, Page = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3] },
        ["LZO"] = new() { Codec = 3, Page = OneSeven },
        ["codec 99"] = new() { Codec = 99, Page = OneSeven },
        ["encoding 99"] = new() { Encoding = 99, Page = OneSeven },
        ["indices without a dictionary"] = new() { Encoding = 8, Page = OneSeven },
        ["run-length numbers"] = new() { Encoding = 3, Page = OneSeven },
        ["deltas in blocks of 2^60"] = new() { Encoding = 5, Page = [2, 0, 0, 0, 2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 4, 1, 0] },
        ["deltas of 255 bits"] = new() { Encoding = 5, Rows = 2, PageEntries = 2, Page = [2, 0, 0, 0, 4, 1, 0x80, 1, 1, 2, 0, 0, 255] },
        ["levels of 4 GB"] = new() { Page = [0xFF, 0xFF, 0xFF, 0x7F, 2, 1, 7, 0, 0, 0] },
        ["levels above their maximum"] = new() { Page = [2, 0, 0, 0, 2, 9, 7, 0, 0, 0] },
        ["a run of no values"] = new() { Page = [2, 0, 0, 0, 0, 1, 7, 0, 0, 0] },
        ["a string of 2 GB"] = new() { Type = 6, Page = [2, 0, 0, 0, 2, 1, 0xFF, 0xFF, 0xFF, 0x7F, 65] },
        ["a string of -1 bytes"] = new() { Type = 6, Page = [2, 0, 0, 0, 2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 65] },
        ["too few bytes"] = new() { Page = [2, 0, 0, 0, 2, 1, 7] },
        ["a column before the file"] = new() { Offset = -100, Page = OneSeven },
        ["a column behind the file"] = new() { Offset = 1 << 30, Page = OneSeven },
        ["a column in the footer"] = new() { Offset = 60, Page = OneSeven },
        ["a column of 2^60 bytes"] = new() { ChunkBytes = 1L << 60, Page = OneSeven },
        ["a column of -1 bytes"] = new() { ChunkBytes = -1, Page = OneSeven },
        ["a column type that does not exist"] = new() { Type = 42, Page = OneSeven },
        ["a 96-bit timestamp"] = new() { Type = 3, Page = OneSeven },
    };

    private static List<object> Read(RawParquet raw)
    {
        using var file = ParquetFile.Open(new MemoryStream(raw.ToBytes()), "hand.parquet");
        return raw.Type == 6
            ? [.. file.ReadRows<string>("x").SelectMany(r => r)]
            : [.. file.ReadRows<int>("x").SelectMany(r => r).Cast<object>()];
    }
}
