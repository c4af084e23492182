using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;

namespace Transluce.Batch.Tests.Corpus;

public sealed class TokenizeCorpusStageTests : IDisposable
{
    private static readonly string DemoCorpus = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "corpus");
    private static readonly Lazy<ModelTokenizer> Tokenizer = new(() => ModelTokenizer.Load(CorpusRun.DemoModel));
    private static readonly Lazy<IReadOnlyList<CorpusRun>> DemoRuns = new(() => CorpusRun.OfAll(Demo));

    private readonly TemporaryFolder folder = new();

    private static CorpusOptions Demo => new()
    {
        Sources =
        [
            new() { Path = Path.Combine(DemoCorpus, "web.jsonl"), Weight = 3 },
            new() { Path = Path.Combine(DemoCorpus, "chat.jsonl") },
        ],
        SequenceLength = 64,
        Sequences = new(1200, 300, 200),
        Shares = new(0.6, 0.2, 0.2),
        Controls = new(100, 30, 30),
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Windows_are_tokenised_documents_behind_the_chat_prefix_and_chats_stay_whole()
    {
        var prefix = Tokenizer.Value.ChatPrefix();
        var texts = Documents("web.jsonl", "id").ToDictionary(line => line.Id, line => Tokenizer.Value.Encode(line.Record.GetProperty("text").GetString()!));
        var chats = Documents("chat.jsonl", "conversation_id").ToDictionary(line => line.Id, line => Tokenizer.Value.EncodeChat(Messages(line.Record)));
        foreach (var row in DemoRuns.Value.SelectMany(run => run.Rows))
        {
            Assert.Equal(prefix.Length, row.PrefixLength);
            Assert.Equal(prefix, row.TokenIds[..prefix.Length]);
            if (row.Source == "web.jsonl")
            {
                Assert.Equal(64, row.TokenIds.Length);
                Assert.True(texts[row.DocumentId].AsSpan().IndexOf(row.TokenIds.AsSpan(prefix.Length)) % (64 - prefix.Length) == 0, row.DocumentId);
            }
            else
            {
                var whole = chats[row.DocumentId];
                Assert.Equal(whole[..Math.Min(64, whole.Length)], row.TokenIds);
            }
        }
    }

    [Fact]
    public void No_document_is_in_two_splits_and_every_wanted_window_is_there()
    {
        foreach (var run in DemoRuns.Value)
        {
            Assert.Equal(Demo.Sequences.Of(run.Split), run.Rows.Count);
            Assert.Equal(Enumerable.Range(0, run.Rows.Count), run.Rows.Select(row => row.SequenceId));
            Assert.All(run.Rows, row => Assert.Equal(run.Split, row.Split));
            Assert.Empty(run.Warnings);
        }

        var documents = DemoRuns.Value.SelectMany(run => run.Rows.Select(row => (row.Source, row.DocumentId)).Distinct()).ToArray();
        Assert.Equal(documents.Length, documents.Distinct().Count());
    }

    [Fact]
    public void Weights_hold_at_every_point_of_a_split()
    {
        foreach (var run in DemoRuns.Value)
        {
            var web = 0;
            for (var i = 0; i < run.Rows.Count; i++)
            {
                web += run.Rows[i].Source == "web.jsonl" ? 1 : 0;
                Assert.InRange(web - (0.75 * (i + 1)), -1, 1);
            }
        }
    }

    [Fact]
    public void Control_ranks_are_0_to_n_and_both_kinds_of_windows_are_drawn()
    {
        foreach (var run in DemoRuns.Value)
        {
            var pool = run.Rows.Where(row => row.ControlRank >= 0).ToArray();
            Assert.Equal(Enumerable.Range(0, Demo.Controls.Of(run.Split)), pool.Select(row => row.ControlRank).Order());
            Assert.InRange(pool.Count(row => row.Source == "web.jsonl") / (double)pool.Length, 0.5, 0.95);
        }
    }

    [Fact]
    public void The_same_options_give_the_same_bytes_and_another_seed_other_windows()
    {
        Assert.Equal(DemoRuns.Value[1].File, CorpusRun.Of(Demo, Split.Valid).File);
        Assert.NotEqual(DemoRuns.Value[1].File, CorpusRun.Of(Demo with { Seed = 55 }, Split.Valid).File);
    }

    [Fact]
    public void Another_source_changes_neither_order_nor_split_of_the_first()
    {
        var alone = CorpusRun.Of(Demo with { Sources = [Demo.Sources[0]] }, Split.Test);
        Assert.Equal(
            DemoRuns.Value[2].Rows.Where(row => row.Source == "web.jsonl").Select(row => row.TokenIds),
            alone.Rows.Take(150).Select(row => row.TokenIds));
    }

    [Fact]
    public void How_much_is_read_at_a_time_changes_no_window()
    {
        var source = new DocumentSource(ResolvedSource.Resolve([Demo.Sources[0]], "/")[0]);
        var documents = new DocumentTokenizer(Tokenizer.Value, Demo);
        var order = new DocumentOrder(source.Count, 5, new SplitShares(1, 0, 0)).Of(Split.Train)[..600];
        var expected = Windows(1 << 24, 2000);
        Assert.InRange(expected.Count, 700, 2000);
        foreach (var (buffer, wanted) in ((long, long)[])[(1, 2000), (500, 10), (5_000, 2000), (20_000, 1)])
        {
            Assert.Equal(expected, Windows(buffer, wanted));
        }

        List<string> Windows(long bufferedTokens, long wanted)
        {
            var stream = new WindowStream(source, order, documents, bufferedTokens, CancellationToken.None);
            var windows = new List<string>();
            while (stream.Next(wanted, 2000 - windows.Count) is { } window)
            {
                windows.Add($"{window.DocumentId}:{string.Join(',', window.TokenIds)}");
            }

            return windows;
        }
    }

    [Fact]
    public void A_source_that_runs_dry_is_reported_and_the_others_make_up_for_it()
    {
        var run = CorpusRun.Of(Demo with { Sources = [Demo.Sources[0], Demo.Sources[1] with { Weight = 9 }] }, Split.Train);
        Assert.Equal(1200, run.Rows.Count);
        Assert.Empty(run.Warnings);

        var more = Demo with { Sources = [Demo.Sources[0], Demo.Sources[1] with { Weight = 9 }], Sequences = new(2400, 300, 200) };
        run = CorpusRun.Of(more, Split.Train);
        Assert.Equal(2400, run.Rows.Count);
        Assert.Equal(1500, run.Rows.Count(row => row.Source == "chat.jsonl")); // 60 % of 2,500 chats
        var warning = Assert.Single(run.Warnings);
        Assert.Contains("'chat.jsonl' ran dry in split Train: its 1500 documents gave 1500 windows of the 1800", warning, StringComparison.Ordinal);
        Assert.Contains("the weights do not hold", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_that_runs_dry_goes_on_with_what_there_is_and_says_so()
    {
        var run = CorpusRun.Of(Demo with { Sequences = new(100, 1_000_000, 100), Controls = new(10, 1_000_000, 10) }, Split.Valid);
        Assert.InRange(run.Rows.Count, 1000, 5000);
        Assert.Equal(4, run.Warnings.Count);
        Assert.Contains($"Split Valid has {run.Rows.Count} windows instead of 1000000", run.Warnings[2], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, run.Rows.Count), run.Rows.Select(row => row.ControlRank).Order());
        Assert.Equal(800 + 500, run.Counts["web.jsonl: documents"] + run.Counts["chat.jsonl: documents"]);
    }

    [Fact]
    public void Bad_documents_are_counted_with_their_reasons_and_the_rest_goes_on()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < 300; i++)
        {
            lines.AppendLine((i % 6) switch
            {
                0 => """{"text": null}""",
                1 => """{"text": "short"}""",
                2 => "{",
                _ => JsonSerializer.Serialize(new { text = string.Join(' ', Enumerable.Range(i, 200)) }),
            });
        }

        File.WriteAllText(folder.File("mixed.jsonl"), lines.ToString());
        var run = CorpusRun.Of(Demo with { Sources = [new() { Path = folder.File("mixed.jsonl") }], Sequences = new(100_000, 1, 1), Shares = new(1, 0, 0) }, Split.Train);
        Assert.Equal(300, run.Counts["mixed.jsonl: documents"]);
        Assert.Equal(50, run.Counts["mixed.jsonl: documents skipped, no text"]);
        Assert.Equal(50, run.Counts["mixed.jsonl: documents skipped, shorter than a window"]);
        Assert.Equal(50, run.Counts["mixed.jsonl: documents skipped, invalid JSON"]);
        Assert.Equal(150, run.Rows.Select(row => row.DocumentId).Distinct().Count());
        Assert.Contains("50 (invalid JSON), 50 (no text), 50 (shorter than a window)", run.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_tokenised_elsewhere_are_used_as_they_are()
    {
        var vocabulary = Tokenizer.Value.VocabularySize;
        File.WriteAllText(folder.File("windows.jsonl"), $$"""
            {"id": "first", "input_ids": [4090, 1, 2, 3]}
            {"id": "long", "input_ids": [{{string.Join(',', Enumerable.Range(0, 100))}}]}
            {"id": "outside", "input_ids": [{{vocabulary}}]}
            {"id": "negative", "input_ids": [-1]}
            {"id": "empty", "input_ids": []}
            """);
        var run = CorpusRun.Of(Demo with { Sources = [new() { Path = folder.File("windows.jsonl") }], Sequences = new(5, 1, 1), Shares = new(1, 0, 0) }, Split.Train);
        Assert.Equal(["first:4", "long:64"], run.Rows.Select(row => $"{row.DocumentId}:{row.TokenIds.Length}").Order());
        Assert.All(run.Rows, row => Assert.Equal(0, row.PrefixLength));
        Assert.Equal(2, run.Counts["windows.jsonl: documents skipped, a token id outside the vocabulary"]);
    }

    [Theory]
    [InlineData(WindowPrefix.Bos, 1)]
    [InlineData(WindowPrefix.None, 0)]
    public void The_prefix_may_be_the_begin_of_text_token_or_nothing(WindowPrefix prefix, int length)
    {
        var run = CorpusRun.Of(Demo with { Prefix = prefix, Start = WindowStart.Random }, Split.Test);
        var web = run.Rows.Where(row => row.Source == "web.jsonl").ToArray();
        Assert.All(web, row => Assert.Equal(length, row.PrefixLength));
        Assert.All(web, row => Assert.Equal(64, row.TokenIds.Length));
        Assert.Equal(web.Length, web.DistinctBy(row => row.DocumentId).Count()); // a random start gives one window a document
        Assert.Equal(length == 1, web.All(row => row.TokenIds[0] == Tokenizer.Value.BeginOfTextId));
    }

    [Fact]
    public void A_prefix_longer_than_the_window_and_a_split_without_windows_are_errors()
    {
        Assert.Contains("corpus.sequenceLength", Assert.Throws<ArtifactException>(() => CorpusRun.Of(Demo with { SequenceLength = 4 }, Split.Train)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("note.txt"), "A single short note.");
        var error = Assert.Throws<ArtifactException>(() => CorpusRun.Of(Demo with { Sources = [new() { Path = folder.File("note.txt") }] }, Split.Valid));
        Assert.Contains("no window at all for split Valid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_file_that_changed_since_the_plan_fails_the_shard_and_one_that_was_only_touched_does_not()
    {
        var file = folder.File("note.txt");
        File.WriteAllText(file, string.Join(' ', Enumerable.Range(0, 2000)));
        var stage = CorpusRun.CreateStage(Demo with { Sources = [new() { Path = file }], Sequences = new(5, 1, 1), Shares = new(1, 0, 0) }, CorpusRun.DemoModel);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEmpty(CorpusRun.Of(stage, Split.Train).Rows);

        File.AppendAllText(file, " and one more");
        var error = Assert.Throws<ArtifactException>(() => CorpusRun.Of(stage, Split.Train));

        Assert.Contains($"'{file}' changed since the run was planned", error.Message, StringComparison.Ordinal);
        Assert.Contains(stage.Fingerprints["corpus/note.txt/00000/note.txt"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_process_takes_the_planned_hashes_and_refuses_another_set_of_files()
    {
        File.WriteAllText(folder.File("a.txt"), "one");
        File.WriteAllText(folder.File("b.txt"), "two");
        var sources = ResolvedSource.Resolve([new() { Path = folder.Path, Name = "notes" }], "/");
        var planned = ResolvedSource.Hash(sources, TimeProvider.System).ToDictionary(file => file.Key, file => file.Value.Sha256);
        planned.Add("tokenizer", "sha");

        Assert.Equal([folder.File("a.txt"), folder.File("b.txt")], ResolvedSource.Planned(sources, planned).Values.Select(file => file.Path).Order());
        File.WriteAllText(folder.File("b.txt"), "changed");
        Assert.Throws<ArtifactException>(ResolvedSource.Planned(sources, planned)["corpus/notes/00001/b.txt"].RequireUnchanged);
        File.Delete(folder.File("b.txt"));
        var error = Assert.Throws<ArtifactException>(() => ResolvedSource.Planned(ResolvedSource.Resolve([new() { Path = folder.Path, Name = "notes" }], "/"), planned));
        Assert.Contains("'corpus/notes/00001/b.txt' is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_options_that_enter_the_key_hold_every_setting_and_the_estimate_reads_no_document()
    {
        var stage = CorpusRun.CreateStage(Demo, CorpusRun.DemoModel);
        Assert.Equal("chat controls prefix seed sequenceLength sequences shares sources start", string.Join(' ', stage.Options.Select(option => option.Key)));
        Assert.Equal(["corpus/chat.jsonl/00000/chat.jsonl", "corpus/web.jsonl/00000/web.jsonl"], stage.Fingerprints.Keys);
        Assert.Equal(2 * 1700 * 64, stage.Estimate().Bytes);
        Assert.InRange(stage.Estimate().Seconds, 0.1, 5);
    }

    private static IEnumerable<(string Id, JsonElement Record)> Documents(string file, string id) => File.ReadLines(Path.Combine(DemoCorpus, file))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(record => (record.GetProperty(id).GetString()!, record));

    private static ChatMessage[] Messages(JsonElement record) =>
        [.. record.GetProperty("conversation").EnumerateArray().Select(message => new ChatMessage(message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!))];
}
