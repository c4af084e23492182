using DuckDB.NET.Data;
using ParquetSharp;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>What DuckDB and Arrow (ParquetSharp) write, read by us: corpora come from such writers.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string[] texts = [.. Enumerable.Range(0, 3000).Select(i => i % 7 == 0 ? "" : $"text {i % 50} naïve 🦙 {new string('z', i % 40)}")];
    private readonly int[][] lists = [.. Enumerable.Range(0, 3000).Select(i => Enumerable.Range(i, i % 9).Select(v => v * 1000).ToArray())];

    public void Dispose() => folder.Dispose();

    public static TheoryData<Compression, ParquetDataPageVersion, Encoding> Variants()
    {
        var variants = new TheoryData<Compression, ParquetDataPageVersion, Encoding>();
        foreach (var compression in new[] { Compression.Uncompressed, Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd })
        {
            variants.Add(compression, ParquetDataPageVersion.V1, Encoding.PlainDictionary);
        }

        foreach (var encoding in new[] { Encoding.PlainDictionary, Encoding.Plain, Encoding.DeltaBinaryPacked, Encoding.ByteStreamSplit })
        {
            variants.Add(Compression.Zstd, ParquetDataPageVersion.V2, encoding);
        }

        return variants;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Files_of_Arrow_are_read_in_every_compression_page_version_and_encoding(Compression compression, ParquetDataPageVersion version, Encoding encoding)
    {
        var path = folder.File("arrow.parquet");
        var builder = new WriterPropertiesBuilder().Compression(compression).DataPageVersion(version).DataPagesize(4096);
        if (encoding != Encoding.PlainDictionary)
        {
            builder.DisableDictionary().Encoding("numbers", encoding).Encoding("ids.list.item", encoding)
                .Encoding("text", encoding == Encoding.DeltaBinaryPacked ? Encoding.DeltaByteArray : Encoding.Plain)
                .Encoding("maybe", encoding == Encoding.DeltaBinaryPacked ? Encoding.DeltaLengthByteArray : Encoding.Plain);
        }

        using (var properties = builder.Build())
        using (var writer = new ParquetFileWriter(path, [new Column<string>("text"), new Column<string?>("maybe"), new Column<int[]>("ids"), new Column<long>("numbers"), new Column<bool>("flags")], properties))
        {
            foreach (var part in new[] { 0, 1 })
            {
                using var group = writer.AppendRowGroup();
                Write(group, texts[(part * 1500)..((part + 1) * 1500)]);
                Write(group, texts[(part * 1500)..((part + 1) * 1500)].Select(t => t.Length == 0 ? null : t).ToArray());
                Write(group, lists[(part * 1500)..((part + 1) * 1500)]);
                Write(group, Enumerable.Range(part * 1500, 1500).Select(i => i * 7L % 1001).ToArray());
                Write(group, Enumerable.Range(part * 1500, 1500).Select(i => i % 3 == 0).ToArray());
            }

            writer.Close();
        }

        using var file = ParquetFile.Open(File.OpenRead(path), "arrow.parquet");
        Assert.Equal((2, 3000L), (file.RowGroupCount, file.RowCount));
        Assert.Equal(texts, file.ReadRows<string>("text").Select(r => r.Single()));
        Assert.Equal(texts.Select(t => t.Length == 0 ? null : t), file.ReadRows<string?>("maybe").Select(r => r.Single()));
        Assert.Equal(lists, file.ReadRows<int>(file.Columns[2].Path));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i * 7L % 1001), file.ReadRows<long>("numbers").Select(r => r.Single()));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i % 3 == 0), file.ReadRows<bool>("flags").Select(r => r.Single()));
    }

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public void Files_of_DuckDB_with_lists_of_groups_are_read(string version)
    {
        var path = folder.File("duck.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $$"""
                copy (select 'c' || i as id,
                             case when i % 5 = 0 then null
                                  when i % 5 = 1 then []
                                  else [{'role': 'user', 'content': 'question ' || i}, {'role': 'assistant', 'content': case when i % 5 = 2 then null else 'answer' end}] end as conversation,
                             (i * 1.5)::double as score
                      from range(500) t(i))
                to '{{path}}' (format parquet, parquet_version {{version}}, row_group_size 2048)
                """;
            command.ExecuteNonQuery();
        }

        using var file = ParquetFile.Open(File.OpenRead(path), "duck.parquet");
        var role = file.Columns.Single(c => c.Path.EndsWith("role", StringComparison.Ordinal));
        var content = file.Columns.Single(c => c.Path.EndsWith("content", StringComparison.Ordinal));
        var roles = file.ReadRows<string>(role).ToList();
        var contents = file.ReadRows<string?>(content).ToList();

        Assert.Equal(500, roles.Count);
        Assert.All(roles.Zip(contents), pair => Assert.Equal(pair.First.Count, pair.Second.Count));
        Assert.Empty(roles[0]);
        Assert.Empty(roles[1]);
        Assert.Equal(["question 2", null], contents[2]);
        Assert.Equal(["question 3", "answer"], contents[3]);
        Assert.Equal(1.5 * 499, file.ReadRows<double>("score").Last().Single());
    }

    [Fact]
    public void A_column_of_another_type_or_name_is_refused_by_name()
    {
        var path = folder.File("a.parquet");
        TableRoundTripTests.Write(path, EveryTypeRow.Many(3));
        using var file = ParquetFile.Open(File.OpenRead(path), "a.parquet");

        Assert.Equal("'a.parquet': column 'big' holds Int64, but String is needed.", Assert.Throws<ArtifactException>(() => file.ReadRows<string>("big").Count()).Message);
        Assert.StartsWith("'a.parquet' has no column 'absent'; it has layer, split", Assert.Throws<ArtifactException>(() => file.ReadRows<string>("absent")).Message, StringComparison.Ordinal);
        Assert.Contains("null where a Single is needed", Assert.Throws<ArtifactException>(() => file.ReadRows<float>("maybe_single").Count()).Message, StringComparison.Ordinal);
    }

    private static void Write<T>(RowGroupWriter group, T[] values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values);
    }
}
