using System.Collections;
using System.Globalization;
using DuckDB.NET.Data;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>What we write, as DuckDB and the Arrow reader (ParquetSharp) see it.</summary>
public sealed class OtherReadersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly EveryTypeRow[] rows = [.. EveryTypeRow.Many(40)];
    private readonly string path;

    public OtherReadersTests()
    {
        path = folder.File("every.parquet");
        TableRoundTripTests.Write(path, rows);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void DuckDB_reads_every_type()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select * from read_parquet('{path}')";
        using var reader = command.ExecuteReader();
        foreach (var row in rows)
        {
            Assert.True(reader.Read());
            Assert.Equal((row.Layer, row.Split.ToString().ToLowerInvariant(), row.Name), (reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
            Assert.Equal((row.Big, row.Single, row.Double, row.Flag), (reader.GetInt64(3), reader.GetFloat(4), reader.GetDouble(5), reader.GetBoolean(6)));
            Assert.Equal(row.Text, reader.GetString(7));
            Assert.Equal(row.MaybeText, reader.IsDBNull(8) ? null : reader.GetString(8));
            Assert.Equal(row.MaybeSingle, reader.IsDBNull(9) ? null : reader.GetFloat(9));
            Assert.Equal(row.Ints, ((IEnumerable)reader.GetValue(10)).Cast<int>());
            Assert.Equal(row.Singles, ((IEnumerable)reader.GetValue(11)).Cast<float>());
            Assert.Equal(row.Doubles, ((IEnumerable)reader.GetValue(12)).Cast<double>());
            using (var bytes = new MemoryStream())
            {
                ((Stream)reader.GetValue(13)).CopyTo(bytes);
                Assert.Equal(row.Bytes, bytes.ToArray());
            }

            Assert.Equal(row.Texts, ((IEnumerable)reader.GetValue(14)).Cast<string>());
        }

        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("layer = 3", 9)]
    [InlineData("split = 'valid' and name = 'key2'", 4)]
    [InlineData("name > 'key1'", 13)]
    [InlineData("text = '日本語 🦙'", 6)]
    [InlineData("isnan(single)", 5)]
    [InlineData("single > 1", 15)]
    public void DuckDB_filters_find_every_row_whatever_statistics_say(string filter, int expected)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from read_parquet('{path}') where {filter}";

        Assert.Equal(expected, Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Arrow_reads_every_type_and_the_metadata()
    {
        using var reader = new ParquetSharp.ParquetFileReader(path);
        Assert.Equal("every_type", reader.FileMetaData.KeyValueMetadata["table"]);
        Assert.Equal("3", reader.FileMetaData.KeyValueMetadata["schema_version"]);
        Assert.Equal("toy", reader.FileMetaData.KeyValueMetadata["stage"]);
        var first = 0;
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            using var rowGroup = reader.RowGroup(group);
            var expected = rows.Skip(first).Take((int)rowGroup.MetaData.NumRows).ToArray();
            first += expected.Length;
            Assert.Equal(expected.Select(r => r.Layer), Column<int>(rowGroup, 0));
            Assert.Equal(expected.Select(r => r.Split.ToString().ToLowerInvariant()), Column<string>(rowGroup, 1));
            Assert.Equal(expected.Select(r => r.Big), Column<long>(rowGroup, 3));
            Assert.Equal(expected.Select(r => r.Single), Column<float>(rowGroup, 4));
            Assert.Equal(expected.Select(r => r.Double), Column<double>(rowGroup, 5));
            Assert.Equal(expected.Select(r => r.Flag), Column<bool>(rowGroup, 6));
            Assert.Equal(expected.Select(r => r.Text), Column<string>(rowGroup, 7));
            Assert.Equal(expected.Select(r => r.MaybeText), Column<string?>(rowGroup, 8));
            Assert.Equal(expected.Select(r => r.MaybeSingle), Column<float?>(rowGroup, 9));
            Assert.Equal(expected.Select(r => r.Ints), Column<int[]>(rowGroup, 10));
            Assert.Equal(expected.Select(r => r.Singles), Column<float[]>(rowGroup, 11));
            Assert.Equal(expected.Select(r => r.Doubles), Column<double[]>(rowGroup, 12));
            Assert.Equal(expected.Select(r => r.Bytes), Column<byte[]>(rowGroup, 13));
            Assert.Equal(expected.Select(r => r.Texts), Column<string[]>(rowGroup, 14));
        }

        Assert.Equal(rows.Length, first);
    }

    [Fact]
    public void Key_columns_carry_statistics_and_floats_carry_none_that_a_NaN_could_spoil()
    {
        using var reader = new ParquetSharp.ParquetFileReader(path);
        using var rowGroup = reader.RowGroup(0);
        using var layer = rowGroup.MetaData.GetColumnChunkMetaData(0);
        using var single = rowGroup.MetaData.GetColumnChunkMetaData(4);

        Assert.Equal((0, 0), (layer.Statistics!.MinUntyped, layer.Statistics.MaxUntyped));
        Assert.False(single.Statistics?.HasMinMax ?? false);
    }

    [Fact]
    public void DuckDB_finds_texts_whose_order_differs_between_UTF_16_and_bytes()
    {
        // In UTF-16 the llama (a surrogate pair) comes before U+FFFD, in bytes behind it: bounds in the wrong order would hide both rows.
        var pair = new[] { rows[0] with { Text = "🦙" }, rows[1] with { Text = "\uFFFD" } };
        TableRoundTripTests.Write(path, pair);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from read_parquet('{path}') where text = '🦙'";

        Assert.Equal(1, Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Numeric_keys_are_declared_as_the_sorting()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) filter (stats_min_value is not null), max(stats_max_value) from parquet_metadata('{path}') where path_in_schema = 'split'";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal((6L, "valid"), (reader.GetInt64(0), reader.GetString(1)));
        Assert.Equal(1, SortedColumns(path));

        static int SortedColumns(string file)
        {
            using var parquet = new ParquetSharp.ParquetFileReader(file);
            using var group = parquet.RowGroup(0);
            return group.MetaData.SortingColumns().Length;
        }
    }

    private static T[] Column<T>(ParquetSharp.RowGroupReader rowGroup, int number)
    {
        using var column = rowGroup.Column(number).LogicalReader<T>();
        return column.ReadAll((int)rowGroup.MetaData.NumRows);
    }
}
