using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>Reads the corpus once and writes every split's windows of token ids as <c>sequences</c>; shard i is split i.</summary>
public sealed class TokenizeCorpusStage : Stage
{
    // Token ids that a shard's sources may buffer together: 128 MiB of them. More would mean fewer passes over a large corpus.
    private const long BufferedTokens = 32L << 20;

    // Rough rates of one thread, for plan.
    private const double TokensPerSecond = 400_000;
    private const double CorpusBytesPerSecond = 200e6;

    private readonly CorpusOptions options;
    private readonly IReadOnlyList<ResolvedSource> sources;
    private readonly IReadOnlyDictionary<string, HashedFile> files;
    private readonly Lazy<ModelTokenizer> tokenizer;

    /// <param name="options">How windows are cut and shared out.</param>
    /// <param name="sources">The files of <paramref name="options"/>' sources, in the same order.</param>
    /// <param name="tokenizer">Of the subject model; loaded where a shard first runs.</param>
    /// <param name="chatOptions">What else decides the ids: chat format and date.</param>
    /// <param name="files">The corpus files as they were planned (<see cref="ResolvedSource.Hash"/>).</param>
    /// <param name="tokenizerSha256"><see cref="TokenizerFingerprint"/>; null where a plan holds it already.</param>
    public TokenizeCorpusStage(
        CorpusOptions options,
        IReadOnlyList<ResolvedSource> sources,
        Func<ModelTokenizer> tokenizer,
        JsonObject chatOptions,
        IReadOnlyDictionary<string, HashedFile> files,
        string? tokenizerSha256)
    {
        this.options = options;
        this.sources = sources;
        this.tokenizer = new Lazy<ModelTokenizer>(tokenizer);
        this.files = files;
        var fingerprints = new SortedDictionary<string, string>(files.ToDictionary(file => file.Key, file => file.Value.Sha256), StringComparer.Ordinal);
        if (tokenizerSha256 is not null)
        {
            fingerprints.Add("tokenizer", tokenizerSha256);
        }

        Fingerprints = fingerprints;
        Options = DescribeOptions(options, sources, chatOptions);
    }

    public override string Name => "tokenize";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(SequenceRow)];

    public override JsonObject Options { get; }

    public override IReadOnlyDictionary<string, string> Fingerprints { get; }

    public override int ShardCount => Enum.GetValues<Split>().Length;

    public override StageEstimate Estimate()
    {
        var tokens = Enum.GetValues<Split>().Sum(split => (long)options.Sequences.Of(split)) * options.SequenceLength;
        var corpusBytes = sources.Sum(source => source.Files.Sum(FileLength.Of));
        // Ids of a vocabulary of 2^17 take about two bytes each once compressed.
        return new StageEstimate(0, 2 * tokens, (tokens / TokensPerSecond) + (ShardCount * corpusBytes / CorpusBytesPerSecond));
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var split = (Split)shard.Shard;
        var wanted = options.Sequences.Of(split);
        using var spool = new SequenceSpool(shard.ScratchFolder);
        var documents = new DocumentTokenizer(tokenizer.Value, options);
        var streams = OpenStreams(split, documents, cancellationToken);
        Fill(spool, streams, wanted, shard);
        foreach (var file in files.Values)
        {
            // Windows of another text must not become the artifact of the one that was planned.
            file.RequireUnchanged();
        }

        Report(shard, streams, split, wanted, spool);

        var controls = ControlPool.Choose(spool.Count, options.Controls.Of(split), options.Seed, split);
        if (controls.Count < options.Controls.Of(split))
        {
            shard.Warn($"Split {split} has {controls.Count} control windows instead of {options.Controls.Of(split)}: all of its sequences.");
        }

        var table = shard.Table<SequenceRow>();
        var id = 0;
        foreach (var (source, window) in spool.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            table.Write(new SequenceRow(split, id, sources[source].Name, window.DocumentId, window.PrefixLength, controls.GetValueOrDefault(id, -1), window.TokenIds));
            id++;
        }
    }

    private WindowStream[] OpenStreams(Split split, DocumentTokenizer documents, CancellationToken cancellationToken)
    {
        var streams = new WindowStream[sources.Count];
        for (var i = 0; i < streams.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var source = new DocumentSource(sources[i]);
            var order = new DocumentOrder(source.Count, SplitMix64.Seed(options.Seed, sources[i].Name + "/order"), options.Shares);
            // A copy, so that the other splits' part of the permutation is not kept.
            streams[i] = new WindowStream(source, order.Of(split).ToArray(), documents, BufferedTokens / sources.Count, cancellationToken);
        }

        return streams;
    }

    private static void Fill(SequenceSpool spool, WindowStream[] streams, int wanted, ShardContext shard)
    {
        var turns = new WeightedTurns([.. streams.Select(stream => stream.Weight)]);
        while (spool.Count < wanted && turns.Next() is var source && source >= 0)
        {
            var remaining = wanted - spool.Count;
            if (streams[source].Next(turns.Expected(source, remaining), remaining) is { } window)
            {
                spool.Add(source, window);
                turns.Took(source);
            }
            else
            {
                turns.RanDry(source);
            }

            if (spool.Count % 1024 == 0)
            {
                shard.Progress(spool.Count, wanted, "windows");
            }
        }

        shard.Progress(spool.Count, wanted, "windows");
    }

    private static void Report(ShardContext shard, WindowStream[] streams, Split split, int wanted, SequenceSpool spool)
    {
        shard.Count("windows", spool.Count);
        shard.Count("tokens", spool.Tokens);
        var weight = streams.Sum(stream => stream.Weight);
        foreach (var stream in streams)
        {
            var tally = stream.Tally;
            shard.Count($"{tally.Source}: documents", tally.Documents);
            shard.Count($"{tally.Source}: windows", tally.Windows);
            shard.Count($"{tally.Source}: tokens left over", tally.DroppedTokens);
            foreach (var (reason, documents) in tally.Skipped)
            {
                shard.Count($"{tally.Source}: documents skipped, {reason}", documents);
            }

            var share = (long)Math.Round(wanted * stream.Weight / weight);
            if (tally.Windows < share - 1)
            {
                shard.Warn(
                    $"Source '{tally.Source}' ran dry in split {split}: its {tally.Available} documents gave {tally.Windows} windows of the {share} that its weight asks for"
                    + $"{(spool.Count == wanted ? "; the other sources made up for it, so the weights do not hold" : "")}.{Advice(tally)}");
            }
        }

        if (spool.Count == 0)
        {
            throw new ArtifactException(
                $"The corpus gives no window at all for split {split}: {string.Join("; ", streams.Select(stream => Summary(stream.Tally)))}. "
                + "Give more documents, a larger share in corpus.shares, or shorter windows (corpus.sequenceLength).");
        }

        if (spool.Count < wanted)
        {
            shard.Warn($"Split {split} has {spool.Count} windows instead of {wanted}: the whole corpus ran dry. The run goes on with them.");
        }
    }

    private static string Advice(SourceTally tally) => tally.Skipped.Count == 0 ? "" : $" Without a window were {Reasons(tally)}.";

    private static string Summary(SourceTally tally) => $"'{tally.Source}' has {tally.Available} documents there{(tally.Skipped.Count == 0 ? "" : ", of which " + Reasons(tally))}";

    private static string Reasons(SourceTally tally) => string.Join(", ", tally.Skipped.Select(reason => $"{reason.Value} ({reason.Key})"));

    private static JsonObject DescribeOptions(CorpusOptions options, IReadOnlyList<ResolvedSource> sources, JsonObject chatOptions) => new()
    {
        ["chat"] = chatOptions.DeepClone(),
        ["controls"] = Describe(options.Controls.Train, options.Controls.Valid, options.Controls.Test),
        ["prefix"] = options.Prefix.ToString(),
        ["seed"] = options.Seed,
        ["sequenceLength"] = options.SequenceLength,
        ["sequences"] = Describe(options.Sequences.Train, options.Sequences.Valid, options.Sequences.Test),
        ["shares"] = Describe(options.Shares.Train, options.Shares.Valid, options.Shares.Test),
        ["sources"] = new JsonArray([.. sources.Select(source => new JsonObject
        {
            ["name"] = source.Name,
            ["format"] = source.Format.ToString(),
            ["weight"] = source.Weight,
        })]),
        ["start"] = options.Start.ToString(),
    };

    private static JsonObject Describe<T>(T train, T valid, T test) => new() { ["train"] = JsonValue.Create(train), ["valid"] = JsonValue.Create(valid), ["test"] = JsonValue.Create(test) };
}
