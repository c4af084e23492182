using System.Text;
using DuckDB.NET.Data;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;

namespace Transluce.Batch.Tests.Corpus;

public sealed class DocumentFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_lines_are_found_by_content_and_bad_ones_say_why()
    {
        var path = Write("data.txt", Encoding.UTF8.GetBytes("""
            {"id": "a", "text": "one"}

            {"text": "two", "id": 7}
            {"text": null}
            {"text": 3}
            {"text": "cut
               {"text": "\ud800"}
            {"other": 1}
            [1]
            {"text": "last", "id": "z"}
            """.Replace("\n", "\r\n", StringComparison.Ordinal)).Prepend([0xEF, 0xBB, 0xBF]).Append("\n{\"text\": \""u8.ToArray()).Append([0xFF]).Append("\"}"u8.ToArray()));
        var documents = ReadAll(DocumentFormats.Open(path, SourceFormat.Auto));
        Assert.Equal(
            ["a:one", "7:two", "data.txt:3!no text", "data.txt:4!text is not a string", "data.txt:5!invalid JSON", "data.txt:6!half of a surrogate pair",
                "data.txt:7!no text", "data.txt:8!not a JSON object", "z:last", "data.txt:10!invalid UTF-8"],
            documents.Select(document => document.SkipReason is null ? $"{document.Id}:{document.Text}" : $"{document.Id}!{document.SkipReason}"));
    }

    [Fact]
    public void Chats_and_token_windows_are_read_from_json_lines()
    {
        var chats = Write("chats.jsonl", """
            {"conversation_id": "c", "conversation": [{"role": "user", "content": "Hi", "extra": 1}, {"role": "assistant", "content": ""}]}
            {"messages": [{"role": "system", "content": "s"}]}
            {"conversation": []}
            {"conversation": [{"role": "robot", "content": "x"}]}
            {"conversation": [{"role": "user"}]}
            {"conversation": "x"}
            """);
        var read = ReadAll(DocumentFormats.Open(chats, SourceFormat.Auto));
        Assert.Equal(["user: Hi", "assistant: "], read[0].Messages!.Select(message => $"{message.Role}: {message.Content}"));
        Assert.Equal(
            [null, null, "no messages", "a role other than system, user and assistant", "a message without role or content", "conversation is not a list"],
            read.Select(document => document.SkipReason));

        var tokens = Write("tokens.jsonl", """
            {"input_ids": [1, 2, 3], "text": "kept as it is"}
            {"input_ids": [1, 2.5]}
            {"input_ids": [99999999999]}
            """);
        var windows = ReadAll(DocumentFormats.Open(tokens, SourceFormat.Auto));
        Assert.Equal([1, 2, 3], windows[0].TokenIds!);
        Assert.All(windows[1..], document => Assert.Equal("a token id that is not an integer", document.SkipReason));
    }

    [Fact]
    public void A_book_gives_many_documents_of_whole_paragraphs_and_nothing_is_lost()
    {
        var path = SharedData.Require("data/corpus/tinyshakespeare.txt");
        var documents = ReadAll(DocumentFormats.Open(path, SourceFormat.Auto));
        Assert.InRange(documents.Count, 200, 300);
        Assert.All(documents.SkipLast(1), document => Assert.InRange(document.Text!.Length, PlainTextFile.MinimumBytes - 10, PlainTextFile.MaximumBytes));
        Assert.Equal(
            File.ReadAllText(path).Replace("\n", "", StringComparison.Ordinal),
            string.Concat(documents.Select(document => document.Text)).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_text_without_paragraphs_lines_or_spaces_is_cut_between_characters()
    {
        foreach (var text in (string[])[new('漢', 100_000), new('a', 200_000), string.Concat(Enumerable.Repeat("wörter ", 40_000)), new string('\n', 200_000) + "end", "short"])
        {
            var path = Write("book.txt", text);
            var documents = ReadAll(DocumentFormats.Open(path, SourceFormat.Auto));
            Assert.All(documents, document => Assert.Null(document.SkipReason));
            Assert.Equal(text.Replace("\n", "", StringComparison.Ordinal), string.Concat(documents.Select(document => document.Text)).Replace("\n", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Parquet_written_by_pyarrow_reads_as_duckdb_reads_it()
    {
        var texts = SharedData.Require("data/corpus/hf/fineweb-schema-wiki-valid.parquet");
        Assert.Equal(
            Query($"SELECT id || ':' || text FROM read_parquet('{texts}')"),
            ReadAll(DocumentFormats.Open(texts, SourceFormat.Auto)).Select(document => $"{document.Id}:{document.Text}"));

        var chats = SharedData.Require("data/corpus/hf/lmsys-schema-chat.parquet");
        Assert.Equal(
            Query($"SELECT conversation_id || ':' || list_aggregate([m.role || '=' || m.content FOR m IN conversation], 'string_agg', '|') FROM read_parquet('{chats}')"),
            ReadAll(DocumentFormats.Open(chats, SourceFormat.Auto)).Select(document => $"{document.Id}:{string.Join('|', document.Messages!.Select(message => $"{message.Role}={message.Content}"))}"));
    }

    [Fact]
    public void Parquet_rows_with_nulls_and_empty_lists_keep_their_places()
    {
        var path = folder.File("edge.parquet");
        Query($"""
            COPY (SELECT * FROM (VALUES
                ('a', [struct_pack(role := 'user', content := 'x'), struct_pack(role := 'assistant', content := NULL)]),
                ('b', []), ('c', NULL),
                (NULL, [struct_pack(role := 'user', content := '漢🙂')])) AS t(conversation_id, conversation)) TO '{path}' (FORMAT PARQUET)
            """);
        var documents = ReadAll(DocumentFormats.Open(path, SourceFormat.Auto));
        Assert.Equal(
            ["a!a message without role or content", "b!no messages", "c!no messages", "edge.parquet:4!"],
            documents.Select(document => $"{document.Id}!{document.SkipReason}"));
        Assert.Equal("漢🙂", documents[3].Messages![0].Content);

        var tokens = folder.File("tokens.parquet");
        Query($"COPY (SELECT [i, i + 1, 5000000000 * (i % 2)]::BIGINT[] AS input_ids FROM range(4) t(i)) TO '{tokens}' (FORMAT PARQUET)");
        Assert.Equal(
            ["0,1,0", "a token id that is not an integer", "2,3,0", "a token id that is not an integer"],
            ReadAll(DocumentFormats.Open(tokens, SourceFormat.Auto)).Select(document => document.SkipReason ?? string.Join(',', document.TokenIds!)));
    }

    [Fact]
    public void Parquet_text_that_is_not_utf_8_is_skipped_with_its_reason()
    {
        var path = folder.File("bytes.parquet");
        Query($"COPY (SELECT 'doc ' || i AS id, CASE WHEN i = 1 THEN 'BROKENTEXT' ELSE 'text ' || i END AS text FROM range(3) t(i)) TO '{path}' (FORMAT PARQUET, COMPRESSION UNCOMPRESSED, DICTIONARY_SIZE_LIMIT 1)");
        var bytes = File.ReadAllBytes(path);
        for (var at = bytes.AsSpan().IndexOf("BROKENTEXT"u8); at >= 0; at = bytes.AsSpan().IndexOf("BROKENTEXT"u8))
        {
            bytes[at + 3] = 0xFF;
        }

        File.WriteAllBytes(path, bytes);
        Assert.Equal([null, "invalid UTF-8", null], ReadAll(DocumentFormats.Open(path, SourceFormat.Auto)).Select(document => document.SkipReason));
    }

    [Fact]
    public void Some_documents_of_a_file_are_the_same_as_those_of_all()
    {
        var parquet = SharedData.Require("data/corpus/hf/lmsys-schema-chat.parquet");
        foreach (var path in (string[])[parquet, SharedData.Require("data/corpus/tinyshakespeare.txt"), Path.Combine(SharedData.RepositoryRoot, "pipeline-config/demo/corpus/web.jsonl")])
        {
            var file = DocumentFormats.Open(path, SourceFormat.Auto);
            var all = ReadAll(file);
            var some = Enumerable.Range(0, file.Count).Where(i => i % 7 == 3).ToArray();
            Assert.Equal(some.Select(i => (all[i].Id, all[i].Text)), file.Read(some).Select(document => (document.Id, document.Text)));
        }
    }

    [Fact]
    public void A_file_of_the_wrong_kind_is_refused_with_its_name()
    {
        var jsonl = Write("wrong.jsonl", "{\"title\": \"x\"}\nnot json\n");
        Assert.Contains(jsonl, Assert.Throws<ArtifactException>(() => DocumentFormats.Open(jsonl, SourceFormat.Auto)).Message, StringComparison.Ordinal);
        var plain = Write("plain.txt", "Just text.");
        Assert.Contains("plain-text", Assert.Throws<ArtifactException>(() => DocumentFormats.Open(plain, SourceFormat.Text)).Message, StringComparison.Ordinal);
        var text = Path.Combine(SharedData.RepositoryRoot, "pipeline-config/demo/corpus/web.jsonl");
        Assert.Contains("conversation", Assert.Throws<ArtifactException>(() => DocumentFormats.Open(text, SourceFormat.Chat)).Message, StringComparison.Ordinal);
        var columns = folder.File("columns.parquet");
        Query($"COPY (SELECT 1 AS text) TO '{columns}' (FORMAT PARQUET)");
        var error = Assert.Throws<ArtifactException>(() => DocumentFormats.Open(columns, SourceFormat.Auto)).Message;
        Assert.Contains(columns, error, StringComparison.Ordinal);
        Assert.Contains("text (Int32)", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_are_files_folders_or_patterns_in_a_fixed_order()
    {
        foreach (var name in (string[])["b/2.txt", "b/1.txt", "a.txt", ".hidden/x.txt", "b/.secret"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            Write(name, "x");
        }

        Assert.Equal(["b/1.txt", "b/2.txt"], Find("b"));
        Assert.Equal(["a.txt", "b/1.txt", "b/2.txt"], Find("**/*.txt"));
        Assert.Equal(["b/1.txt"], Find("b/?.txt").Take(1));
        Assert.Equal(["a.txt"], Find("*.txt"));
        Assert.Contains("does not exist", Assert.Throws<ArtifactException>(() => Find("nosuch/x.parquet")).Message, StringComparison.Ordinal);
        Assert.Contains("holds no file", Assert.Throws<ArtifactException>(() => Find("*.parquet")).Message, StringComparison.Ordinal);
        Assert.Contains("'name'", Assert.Throws<ArtifactException>(() => ResolvedSource.Resolve([new() { Path = "a.txt" }, new() { Path = "./a.txt" }], folder.Path)).Message, StringComparison.Ordinal);

        IEnumerable<string> Find(string pattern) => ResolvedSource.Resolve([new CorpusSource { Path = pattern }], folder.Path)[0].Files.Select(file => Path.GetRelativePath(folder.Path, file));
    }

    private static List<CorpusDocument> ReadAll(DocumentFile file) => [.. file.Read([.. Enumerable.Range(0, file.Count)])];

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private string Write(string name, IEnumerable<byte> content)
    {
        File.WriteAllBytes(folder.File(name), [.. content]);
        return folder.File(name);
    }

    private static List<string> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetValue(0).ToString()!);
        }

        return rows;
    }
}

internal static class ByteSequences
{
    public static IEnumerable<byte> Prepend(this IEnumerable<byte> bytes, byte[] front) => front.Concat(bytes);

    public static IEnumerable<byte> Append(this IEnumerable<byte> bytes, byte[] back) => bytes.Concat(back);
}
