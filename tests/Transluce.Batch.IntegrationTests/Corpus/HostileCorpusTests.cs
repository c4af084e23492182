using System.Buffers.Binary;
using System.Text;
using DuckDB.NET.Data;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Corpus;

namespace Transluce.Batch.IntegrationTests.Corpus;

/// <summary>Seeded damage to corpus files: an error that names the file, or rows; never a crash, a hang or a huge allocation.</summary>
public sealed class HostileCorpusTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("text.parquet", 60)]
    [InlineData("chat.parquet", 60)]
    [InlineData("tokens.parquet", 60)]
    [InlineData("web.jsonl", 100)]
    [InlineData("chat.jsonl", 60)]
    public void Damaged_bytes_end_in_an_error_that_names_the_file_or_in_rows(string name, int mutations)
    {
        var original = Original(name);
        var accepted = 0;
        for (var seed = 0; seed < mutations; seed++)
        {
            accepted += Attempt(name, Damage(original, new Random(seed), name), $"{name}, seed {seed}") ? 1 : 0;
        }

        // A damaged line is skipped and counted; damage to a Parquet file often reaches what must not pass.
        Assert.InRange(accepted, 1, name.EndsWith(".jsonl", StringComparison.Ordinal) ? mutations : mutations - 1);
    }

    [Theory]
    [InlineData("text.parquet")]
    [InlineData("chat.parquet")]
    [InlineData("tokens.parquet")]
    public void Damage_to_magic_length_footer_and_schema_is_always_refused(string name)
    {
        var original = Original(name);
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            Refuse(name, original[..random.Next(original.Length)], $"cut, seed {seed}");

            var lengthChanged = original.ToArray();
            BinaryPrimitives.WriteInt32LittleEndian(lengthChanged.AsSpan(original.Length - 8), random.Next());
            Refuse(name, lengthChanged, $"footer length, seed {seed}");
        }

        foreach (var at in (int[])[0, 3, original.Length - 1, original.Length - 4])
        {
            var magic = original.ToArray();
            magic[at] ^= 1;
            Refuse(name, magic, $"magic at {at}");
        }

        var column = name switch { "text.parquet" => "text", "chat.parquet" => "conversation", _ => "input_ids" };
        var renamed = original.ToArray();
        for (var at = renamed.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(column)); at >= 0; at = renamed.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(column)))
        {
            renamed[at] = (byte)'X';
        }

        Refuse(name, renamed, "renamed column");
    }

    [Fact]
    public void A_column_of_another_type_is_always_refused()
    {
        foreach (var columns in (string[])["3 AS text", "[1] AS text", "'x'::BLOB AS text", "3 AS input_ids", "['a'] AS input_ids", "[1.5::DOUBLE] AS input_ids", "[[1]] AS input_ids",
            "'x' AS conversation", "[struct_pack(role := 1, content := 'x')] AS conversation", "[struct_pack(role := 'user')] AS conversation", "struct_pack(role := 'user', content := 'x') AS conversation"])
        {
            Execute($"COPY (SELECT {columns} FROM range(50)) TO '{folder.File("typed.parquet")}' (FORMAT PARQUET)");
            Refuse("typed.parquet", File.ReadAllBytes(folder.File("typed.parquet")), columns);
        }
    }

    [Theory]
    [InlineData("\"text\": \"", "\"text\": 1, \"x\": \"")]
    [InlineData("\"text\"", "\"title\"")]
    [InlineData("{", "[")]
    [InlineData("\"text\": ", "\"text\": {}, \"x\": ")]
    [InlineData("\"", "'")]
    public void Json_lines_of_another_shape_are_always_refused(string what, string with)
    {
        var text = Encoding.UTF8.GetString(Original("web.jsonl")).Replace(what, with, StringComparison.Ordinal);
        Refuse("web.jsonl", Encoding.UTF8.GetBytes(text), $"{what} → {with}");
    }

    private void Refuse(string name, byte[] content, string description) => Assert.False(Attempt(name, content, description), $"{description} was accepted");

    private bool Attempt(string name, byte[] content, string description)
    {
        var path = folder.File(name);
        File.WriteAllBytes(path, content);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var run = CorpusRun.Of(
                new CorpusOptions { Sources = [new() { Path = path }], SequenceLength = 48, Sequences = new(400, 1, 1), Controls = new(50, 1, 1), Shares = new(1, 0, 0) }, Split.Train);
            return run.Rows.Count > 0;
        }
        catch (ArtifactException exception)
        {
            Assert.True(exception.Message.Contains(name, StringComparison.Ordinal), $"{description}: the error does not name the file: {exception.Message}");
            return false;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{description}: {exception.GetType().Name} instead of an error that names the file: {exception}");
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1L << 30);
        }
    }

    private byte[] Original(string name)
    {
        var corpus = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "corpus");
        var path = folder.File("original-" + name);
        switch (name)
        {
            case "text.parquet":
                Execute($"COPY (SELECT id, text FROM read_json('{corpus}/web.jsonl') LIMIT 250) TO '{path}' (FORMAT PARQUET, ROW_GROUP_SIZE 2048, COMPRESSION ZSTD)");
                break;
            case "chat.parquet":
                Execute($"COPY (SELECT conversation_id, conversation FROM read_json('{corpus}/chat.jsonl') LIMIT 250) TO '{path}' (FORMAT PARQUET, COMPRESSION SNAPPY)");
                break;
            case "tokens.parquet":
                Execute($"COPY (SELECT [(i * j) % 4000 FOR j IN range(1, 40)]::INTEGER[] AS input_ids FROM range(250) t(i)) TO '{path}' (FORMAT PARQUET, COMPRESSION UNCOMPRESSED)");
                break;
            default:
                File.WriteAllLines(path, File.ReadLines(Path.Combine(corpus, name)).Take(250));
                break;
        }

        return File.ReadAllBytes(path);
    }

    private static byte[] Damage(byte[] original, Random random, string name)
    {
        var bytes = original.ToArray();
        // Half of the damage goes into the footer of a Parquet file, which is where lengths and offsets are.
        var start = name.EndsWith(".parquet", StringComparison.Ordinal) && random.Next(2) == 0
            ? bytes.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8))
            : 0;
        var at = random.Next(start, bytes.Length - 8);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                random.NextBytes(bytes.AsSpan(at, 8));
                return bytes;
            case 3:
                bytes.AsSpan(at, 8).Fill(0xFF);
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[(at + random.Next(8))..]];
            default:
                return [.. bytes[..at], .. Enumerable.Repeat((byte)"[{\"\n"[random.Next(4)], 3000), .. bytes[at..]];
        }
    }

    private static void Execute(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
