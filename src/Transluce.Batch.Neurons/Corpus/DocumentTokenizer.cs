using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>The windows of one document.</summary>
/// <param name="Id">Of the document.</param>
/// <param name="PrefixLength">Of each of the windows.</param>
/// <param name="Windows">Token ids, the prefix included.</param>
/// <param name="SkipReason">Why there are none, or null.</param>
/// <param name="DroppedTokens">Tokens at the document's end, or around its window, that are in none.</param>
internal sealed record TokenizedDocument(string Id, int PrefixLength, IReadOnlyList<int[]> Windows, string? SkipReason, long DroppedTokens)
{
    public long TokenCount => Windows.Sum(window => (long)window.Length);
}

/// <summary>Turns documents into windows as the options say.</summary>
internal sealed class DocumentTokenizer
{
    private readonly ModelTokenizer tokenizer;
    private readonly int sequenceLength;
    private readonly int[] textPrefix;
    private readonly Lazy<int[]> chatPrefix;
    private readonly WindowCutter cutter;
    private readonly int seed;

    /// <exception cref="ArtifactException">The prefix cannot be had from this model, or leaves no room in a window.</exception>
    public DocumentTokenizer(ModelTokenizer tokenizer, CorpusOptions options)
    {
        this.tokenizer = tokenizer;
        sequenceLength = options.SequenceLength;
        seed = options.Seed;
        chatPrefix = new Lazy<int[]>(tokenizer.ChatPrefix);
        textPrefix = options.Prefix switch
        {
            WindowPrefix.Chat => chatPrefix.Value,
            WindowPrefix.Bos => [tokenizer.BeginOfTextId ?? throw new ArtifactException("'corpus.prefix' is 'bos', but tokenizer_config.json of the model names no 'bos_token'; use 'chat' or 'none'.")],
            _ => [],
        };
        if (textPrefix.Length >= sequenceLength)
        {
            throw new ArtifactException($"'corpus.sequenceLength' is {sequenceLength}, but the prefix of this model alone has {textPrefix.Length} tokens; make windows longer, or set 'corpus.prefix' to 'bos' or 'none'.");
        }

        cutter = new WindowCutter(textPrefix, sequenceLength, options.Start);
    }

    /// <summary>At most <paramref name="maximum"/> windows of a document.</summary>
    /// <param name="document">As read.</param>
    /// <param name="source">Its source; with the ordinal, the seed of a random start.</param>
    /// <param name="ordinal">Its number in the source.</param>
    /// <param name="maximum">Windows that can still be used.</param>
    public TokenizedDocument Tokenize(CorpusDocument document, string source, int ordinal, long maximum)
    {
        if (document.SkipReason is not null)
        {
            return Skipped(document, document.SkipReason);
        }

        return document.Text is not null ? TokenizeText(document, source, ordinal, maximum)
            : document.Messages is not null ? TokenizeChat(document)
            : TakeTokens(document);
    }

    private TokenizedDocument TokenizeText(CorpusDocument document, string source, int ordinal, long maximum)
    {
        var ids = tokenizer.Encode(document.Text!);
        var windows = cutter.Cut(ids, SplitMix64.Seed(seed, source + "/window start", (ulong)ordinal), maximum, out var dropped);
        return windows.Count == 0 && maximum > 0
            ? new TokenizedDocument(document.Id, 0, [], "shorter than a window", dropped)
            : new TokenizedDocument(document.Id, textPrefix.Length, windows, null, dropped);
    }

    private TokenizedDocument TokenizeChat(CorpusDocument document)
    {
        var ids = tokenizer.EncodeChat(document.Messages!);
        var kept = ids.Length > sequenceLength ? ids[..sequenceLength] : ids;
        // A content that begins with white space may merge with the header before it: such a chat shares no prefix with the others.
        var prefix = kept.AsSpan().StartsWith(chatPrefix.Value) ? chatPrefix.Value.Length : 0;
        return kept.Length == prefix
            ? Skipped(document, "nothing after the chat prefix")
            : new TokenizedDocument(document.Id, prefix, [kept], null, ids.Length - kept.Length);
    }

    private TokenizedDocument TakeTokens(CorpusDocument document)
    {
        var ids = document.TokenIds!;
        return ids.Length == 0 ? Skipped(document, "no tokens")
            : ids.AsSpan().ContainsAnyExceptInRange(0, tokenizer.VocabularySize - 1) ? Skipped(document, "a token id outside the vocabulary")
            : new TokenizedDocument(document.Id, 0, [ids.Length > sequenceLength ? ids[..sequenceLength] : ids], null, Math.Max(0, ids.Length - sequenceLength));
    }

    private static TokenizedDocument Skipped(CorpusDocument document, string reason) => new(document.Id, 0, [], reason, 0);
}
