using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

public sealed class TableRoundTripTests
{
    private static readonly Dictionary<string, string> Metadata = new() { ["stage"] = "toy", ["stage_version"] = "1" };

    [Fact]
    public void Every_type_comes_back_bit_for_bit_over_several_row_groups()
    {
        using var folder = new TemporaryFolder();
        EveryTypeRow[] rows = [.. EveryTypeRow.Many(100)];
        Write(folder.File("a.parquet"), rows);

        EveryTypeRow[] read = [.. Read<EveryTypeRow>(folder.File("a.parquet"))];

        Assert.Equal(rows.Length, read.Length);
        foreach (var (expected, actual) in rows.Zip(read))
        {
            EveryTypeRow.AssertSame(expected, actual);
        }
    }

    [Fact]
    public void Lone_surrogates_become_replacement_characters()
    {
        using var folder = new TemporaryFolder();
        var row = EveryTypeRow.Many(1).Single() with { Text = "a\uD800b", MaybeText = "\uDC00" };
        Write(folder.File("a.parquet"), [row]);

        var read = Read<EveryTypeRow>(folder.File("a.parquet")).Single();

        Assert.Equal(("a\uFFFDb", "\uFFFD"), (read.Text, read.MaybeText));
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        EveryTypeRow[] rows = [.. EveryTypeRow.Many(60)];
        Write(folder.File("a.parquet"), rows);
        Write(folder.File("b.parquet"), rows);

        Assert.Equal(File.ReadAllBytes(folder.File("a.parquet")), File.ReadAllBytes(folder.File("b.parquet")));
    }

    [Fact]
    public void A_table_without_rows_is_a_valid_file()
    {
        using var folder = new TemporaryFolder();
        Write<EveryTypeRow>(folder.File("a.parquet"), []);

        Assert.Empty(Read<EveryTypeRow>(folder.File("a.parquet")));
    }

    [Fact]
    public void Key_ranges_return_only_their_rows()
    {
        using var folder = new TemporaryFolder();
        EveryTypeRow[] rows = [.. EveryTypeRow.Many(100)];
        Write(folder.File("a.parquet"), rows);

        var read = Read<EveryTypeRow>(folder.File("a.parquet"), new KeyRange("Layer", 3, 5)).Select(r => (r.Layer, r.Split, r.Name));

        Assert.Equal(rows.Where(r => r.Layer is >= 3 and <= 5).Select(r => (r.Layer, r.Split, r.Name)), read);
    }

    [Fact]
    public void Rows_out_of_key_order_are_refused_with_both_keys()
    {
        using var folder = new TemporaryFolder();
        EveryTypeRow[] rows = [.. EveryTypeRow.Many(2)];
        using var writer = new TableWriter<EveryTypeRow>(folder.File("a.parquet"), Metadata);
        writer.Write(rows[1]);

        var error = Assert.Throws<InvalidOperationException>(() => writer.Write(rows[0]));

        Assert.Equal("Rows of 'every_type' must strictly ascend by key: layer=0, split=Train, name=key0 came after layer=0, split=Train, name=key1.", error.Message);
        Assert.Throws<InvalidOperationException>(() => writer.Write(rows[1]));
    }

    internal static void Write<TRow>(string path, IEnumerable<TRow> rows)
        where TRow : class
    {
        using var writer = new TableWriter<TRow>(path, Metadata);
        foreach (var row in rows)
        {
            writer.Write(row);
        }

        writer.Complete();
    }

    internal static IEnumerable<TRow> Read<TRow>(string path, params KeyRange[] ranges)
        where TRow : class
        => TableReader.Read<TRow>(File.OpenRead(path), Path.GetFileName(path), ranges);
}
