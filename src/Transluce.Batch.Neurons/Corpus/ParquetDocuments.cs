using System.Text;
using System.Text.Unicode;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Neurons;

/// <summary>
/// Rows of a Parquet file in FineWeb's schema (<c>text</c>), LMSYS-Chat-1M's (<c>conversation</c> or <c>messages</c>: lists of role and content) or with
/// <c>input_ids</c>. Memory: the needed columns of one row group at a time, and nothing per document.
/// </summary>
internal sealed class ParquetDocuments : DocumentFile
{
    private readonly DocumentKind kind;
    private readonly int[] firstRows;

    public ParquetDocuments(string path, DocumentKind? wanted)
        : base(path)
    {
        using var file = ParquetFile.Open(File.OpenRead(path), path);
        kind = KindOf(file, wanted);
        RequireColumns(file);
        firstRows = new int[file.RowGroupCount + 1];
        for (var group = 0; group < file.RowGroupCount; group++)
        {
            var rows = (long)firstRows[group] + file.RowGroupRows(group);
            firstRows[group + 1] = rows <= Array.MaxLength ? (int)rows : throw new ArtifactException($"'{path}' has more than {Array.MaxLength} rows; split it into several files of several sources.");
        }
    }

    public override int Count => firstRows[^1];

    public override IEnumerable<CorpusDocument> Read(IReadOnlyList<int> ordinals)
    {
        using var file = ParquetFile.Open(File.OpenRead(Path), Path);
        if (file.RowGroupCount != firstRows.Length - 1)
        {
            throw Changed();
        }

        for (var next = 0; next < ordinals.Count;)
        {
            var group = Array.BinarySearch(firstRows, ordinals[next] + 1) is var found && found < 0 ? ~found - 1 : found - 1;
            var row = firstRows[group];
            foreach (var document in ReadGroup(file, group))
            {
                if (next < ordinals.Count && ordinals[next] == row)
                {
                    yield return document(row);
                    next++;
                }

                row++;
            }

            if (row != firstRows[group + 1])
            {
                throw new ArtifactException($"'{Path}': row group {group} says it has {firstRows[group + 1] - firstRows[group]} rows, but its columns hold {row - firstRows[group]}. The file is damaged; get it again.");
            }
        }
    }

    private IEnumerable<Func<int, CorpusDocument>> ReadGroup(ParquetFile file, int group)
    {
        var ids = Ids(file, group).GetEnumerator();
        foreach (var content in kind switch
        {
            DocumentKind.Text => Texts(file, group),
            DocumentKind.Chat => Chats(file, group),
            _ => Tokens(file, group),
        })
        {
            var own = ids.MoveNext() ? ids.Current : null;
            yield return row => content(IdOf(own, row));
        }
    }

    private static IEnumerable<Func<string, CorpusDocument>> Texts(ParquetFile file, int group)
    {
        foreach (var row in file.ReadRows<byte[]>(group, file.FindColumn("text")!))
        {
            yield return id => row is not [{ } text] ? CorpusDocument.Skipped(id, "no text")
                : Utf8.IsValid(text) ? CorpusDocument.OfText(id, Encoding.UTF8.GetString(text))
                : CorpusDocument.Skipped(id, "invalid UTF-8");
        }
    }

    private static IEnumerable<Func<string, CorpusDocument>> Chats(ParquetFile file, int group)
    {
        var roles = file.ReadRows<byte[]>(group, MessageColumn(file, "role")!);
        var contents = file.ReadRows<byte[]>(group, MessageColumn(file, "content")!);
        foreach (var (role, content) in roles.Zip(contents))
        {
            yield return id => role.Count != content.Count || role.Contains(null!) || content.Contains(null!)
                ? CorpusDocument.Skipped(id, "a message without role or content")
                : role.Concat(content).All(bytes => Utf8.IsValid(bytes))
                    ? CorpusDocument.OfChat(id, [.. role.Zip(content, (r, c) => new ChatMessage(Encoding.UTF8.GetString(r), Encoding.UTF8.GetString(c)))])
                    : CorpusDocument.Skipped(id, "invalid UTF-8");
        }
    }

    private static IEnumerable<Func<string, CorpusDocument>> Tokens(ParquetFile file, int group)
    {
        foreach (var row in file.ReadRows<long>(group, TokenColumn(file)!))
        {
            yield return id => row.All(token => token is >= int.MinValue and <= int.MaxValue)
                ? CorpusDocument.OfTokens(id, [.. row.Select(token => (int)token)])
                : CorpusDocument.Skipped(id, "a token id that is not an integer");
        }
    }

    private IEnumerable<string?> Ids(ParquetFile file, int group)
    {
        var column = (kind == DocumentKind.Chat ? file.FindColumn("conversation_id") : null) ?? file.FindColumn("id");
        return column is { IsText: true, MaxRepetitionLevel: 0 } ? file.ReadRows<string>(group, column).Select(row => row is [{ } id] ? id : null) : [];
    }

    private DocumentKind KindOf(ParquetFile file, DocumentKind? wanted)
    {
        DocumentKind? present = TokenColumn(file) is not null ? DocumentKind.Tokens
            : MessageColumn(file, "role") is not null ? DocumentKind.Chat
            : file.FindColumn("text") is not null ? DocumentKind.Text
            : null;
        return wanted ?? present ?? throw Unsuitable(file, "'text', 'conversation', 'messages' or 'input_ids'");
    }

    private void RequireColumns(ParquetFile file)
    {
        var suitable = kind switch
        {
            DocumentKind.Text => file.FindColumn("text") is { IsText: true, MaxRepetitionLevel: 0 },
            DocumentKind.Chat => MessageColumn(file, "role") is { IsText: true, MaxRepetitionLevel: 1 } && MessageColumn(file, "content") is { IsText: true, MaxRepetitionLevel: 1 },
            _ => TokenColumn(file) is { Type: ParquetType.Int32 or ParquetType.Int64, MaxRepetitionLevel: 1 },
        };
        if (!suitable)
        {
            throw Unsuitable(file, kind switch
            {
                DocumentKind.Text => "'text' of strings",
                DocumentKind.Chat => "'conversation' or 'messages', a list of 'role' and 'content' strings",
                _ => "'input_ids', a list of integers",
            });
        }
    }

    private ArtifactException Unsuitable(ParquetFile file, string wanted) => new(
        $"'{Path}' has no column {wanted}; its columns are {string.Join(", ", file.Columns.Take(20).Select(column => $"{column.Path} ({(column.IsText ? "text" : column.Type.ToString())})"))}.");

    private static ParquetColumn? MessageColumn(ParquetFile file, string field) =>
        file.Columns.FirstOrDefault(column => column.Path.StartsWith("conversation.", StringComparison.Ordinal) && column.Path.EndsWith("." + field, StringComparison.Ordinal))
        ?? file.Columns.FirstOrDefault(column => column.Path.StartsWith("messages.", StringComparison.Ordinal) && column.Path.EndsWith("." + field, StringComparison.Ordinal));

    private static ParquetColumn? TokenColumn(ParquetFile file) =>
        file.Columns.FirstOrDefault(column => column.Path == "input_ids" || column.Path.StartsWith("input_ids.", StringComparison.Ordinal));
}
