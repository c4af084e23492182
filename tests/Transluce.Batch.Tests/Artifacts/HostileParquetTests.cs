using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>Damaged and hostile files end in an error that names the file, or in rows; never in a crash, a hang or a huge allocation.</summary>
public sealed class HostileParquetTests
{
    private static readonly EveryTypeRow[] Rows = [.. EveryTypeRow.Many(60)];
    private static readonly byte[] Valid = Create();
    private static readonly int FooterBytes = BitConverter.ToInt32(Valid, Valid.Length - 8);

    private static int FooterStart => Valid.Length - 8 - FooterBytes;

    [Fact]
    public void The_file_itself_is_fine() => Assert.Equal(Rows.Length, Read(Valid));

    [Fact]
    public void Files_cut_off_anywhere_are_errors()
    {
        var random = new Random(1);
        for (var i = 0; i < 80; i++)
        {
            RequireError(Valid[..random.Next(Valid.Length)]);
        }

        RequireError([]);
        RequireError(Valid[..^1]);
    }

    [Fact]
    public void Changed_magic_bytes_are_errors()
    {
        foreach (var position in (int[])[0, 1, 2, 3, Valid.Length - 4, Valid.Length - 3, Valid.Length - 2, Valid.Length - 1])
        {
            RequireError(Mutate(bytes => bytes[position] ^= 0x20));
        }

        RequireError(Encoding.UTF8.GetBytes("{\"not\": \"parquet\", \"but\": \"json\"}"));
    }

    [Fact]
    public void Changed_footer_lengths_are_errors()
    {
        var random = new Random(2);
        int[] lengths = [0, 1, 7, -1, int.MinValue, int.MaxValue, Valid.Length, Valid.Length - 8, Valid.Length - 12, FooterBytes - 1, FooterBytes + 1];
        foreach (var length in lengths.Concat(Enumerable.Range(0, 40).Select(_ => random.Next(Valid.Length))).Where(l => l != FooterBytes))
        {
            RequireError(Mutate(bytes => BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 8), length)));
        }
    }

    [Fact]
    public void Changed_column_names_versions_and_table_names_are_errors()
    {
        foreach (var text in (string[])["layer", "split", "maybe_single", "element", "every_type", "schema_version", "table"])
        {
            RequireError(Mutate(bytes => Replace(bytes, text)));
        }

        static void Replace(byte[] bytes, string text)
        {
            var at = FooterStart + bytes.AsSpan(FooterStart).IndexOf(Encoding.UTF8.GetBytes(text));
            bytes[at + 1] = (byte)'#';
        }
    }

    [Fact]
    public void A_changed_byte_of_the_schema_is_an_error_or_harmless()
    {
        // The schema stands first in the footer, up to the row groups: behind the last leaf's name.
        var end = FooterStart + Valid.AsSpan(FooterStart).LastIndexOf("texts"u8);
        var schemaEnd = FooterStart + Valid.AsSpan(FooterStart, 900).LastIndexOf("element"u8) + 7;
        Assert.InRange(schemaEnd, FooterStart, end);
        var random = new Random(3);
        var errors = 0;
        for (var i = 0; i < 150; i++)
        {
            var position = random.Next(FooterStart, schemaEnd);
            var bit = 1 << random.Next(8);
            errors += TryRead(Mutate(bytes => bytes[position] ^= (byte)bit)) is null ? 1 : 0;
        }

        // What is left are annotations that nothing depends on, such as the signedness of an integer.
        Assert.InRange(errors, 100, 150);
    }

    [Fact]
    public void Changed_bytes_anywhere_end_in_an_error_or_in_rows()
    {
        var random = new Random(4);
        for (var i = 0; i < 300; i++)
        {
            TryRead(Mutate(bytes =>
            {
                // Half of them in the footer, where the counts, offsets and lengths are.
                var first = i % 2 == 0 ? 4 : FooterStart;
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    bytes[random.Next(first, bytes.Length - 8)] = random.Next(4) switch
                    {
                        0 => 0xFF,
                        1 => 0,
                        2 => 0x7F,
                        _ => (byte)random.Next(256),
                    };
                }
            }));
        }
    }

    [Fact]
    public void Bytes_put_in_or_left_out_are_errors()
    {
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
        {
            var at = random.Next(4, FooterStart);
            var count = random.Next(1, 100);
            RequireError([.. Valid[..at], .. new byte[count], .. Valid[at..]]);
            RequireError([.. Valid[..at], .. Valid[Math.Min(at + count, FooterStart)..]]);
        }
    }

    [Fact]
    public void Footers_that_claim_much_and_hold_little_are_errors()
    {
        // A list of 2^31 - 1 structures; nesting without end; a varint without end; a binary of 4 GB.
        RequireError(WithFooter([0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]));
        RequireError(WithFooter([.. Enumerable.Repeat((byte)0x1C, 100_000)]));
        RequireError(WithFooter([.. Enumerable.Repeat((byte)0x19, 100_000)]));
        RequireError(WithFooter([0x15, .. Enumerable.Repeat((byte)0xFF, 1000)]));
        RequireError(WithFooter([0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x61]));
        RequireError(WithFooter([0]));
        RequireError(WithFooter([]));
    }

    private static byte[] WithFooter(byte[] footer) => [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];

    private static byte[] Create()
    {
        using var folder = new TemporaryFolder();
        TableRoundTripTests.Write(folder.File("valid.parquet"), Rows);
        return File.ReadAllBytes(folder.File("valid.parquet"));
    }

    private static byte[] Mutate(Action<byte[]> change)
    {
        var bytes = Valid.ToArray();
        change(bytes);
        return bytes;
    }

    private static void RequireError(byte[] bytes) => Assert.Null(TryRead(bytes));

    /// <returns>The rows read, or null where an error came out that names the file.</returns>
    private static int? TryRead(byte[] bytes)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        int? rows = null;
        try
        {
            rows = Read(bytes);
        }
        catch (ArtifactException error)
        {
            Assert.Contains("hostile.parquet", error.Message, StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1L << 30);
        return rows;
    }

    private static int Read(byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        return TableReader.Read<EveryTypeRow>(content, "hostile.parquet").Count();
    }
}
