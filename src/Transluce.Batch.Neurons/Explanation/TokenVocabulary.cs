using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What descriptions need to know of a vocabulary: how a token is written, which families hold it, and which tokens a quoted text means.</summary>
public sealed class TokenVocabulary
{
    private const int MaximumRemembered = 1_000_000;

    private readonly byte[][] bytes;
    private readonly Func<string, int[]> encode;
    private readonly FrozenDictionary<string, int> byContent;
    private readonly int[][] familiesOf;
    private readonly ConcurrentDictionary<ulong, string?> quotations = new();

    /// <param name="bytes">Token id → raw bytes.</param>
    /// <param name="encode">Text → token ids, for quoted texts that are no single token.</param>
    public TokenVocabulary(byte[][] bytes, Func<string, int[]> encode)
    {
        this.bytes = bytes;
        this.encode = encode;
        // Of tokens with the same bytes (added ones) the lower id is meant.
        byContent = bytes.Select((content, id) => (Key: Convert.ToHexString(content), Id: id)).DistinctBy(token => token.Key).ToFrozenDictionary(token => token.Key, token => token.Id);
        familiesOf = [.. bytes.Select(Families)];
        QuotedLengths = [.. bytes.Select(content => QuotedText.Write(content).Length)];
    }

    public static TokenVocabulary Of(ModelTokenizer tokenizer) =>
        new([.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => tokenizer.TokenBytes(id).ToArray())], tokenizer.Encode);

    public int Size => bytes.Length;

    /// <summary>Characters of each token when quoted.</summary>
    public int[] QuotedLengths { get; }

    /// <summary>Indices into <see cref="TokenFamily.All"/> of the families that hold a token.</summary>
    public ReadOnlySpan<int> FamiliesOf(int token) => (uint)token < (uint)familiesOf.Length ? familiesOf[token] : [];

    /// <summary>Raw bytes of a token.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => bytes[token];

    /// <summary>Quotes a run of tokens so that <see cref="Read"/> gives the same ids back, or null where no quotation does.</summary>
    public string? Quote(params ReadOnlySpan<int> tokens)
    {
        if (tokens.Length is 0 or > Context.MaximumLength)
        {
            return null;
        }

        // The same few contexts come up for neuron after neuron, and encoding costs more than remembering.
        var key = Context.Shorten(Context.Pack(tokens[^1], tokens.Length > 1 ? tokens[^2] : 0, tokens.Length > 2 ? tokens[^3] : 0), tokens.Length);
        if (!quotations.TryGetValue(key, out var quotation))
        {
            quotation = WriteQuotation(tokens);
            if (quotations.Count < MaximumRemembered)
            {
                quotations[key] = quotation;
            }
        }

        return quotation;
    }

    private string? WriteQuotation(ReadOnlySpan<int> tokens)
    {
        var content = new List<byte>();
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)bytes.Length)
            {
                return null;
            }

            content.AddRange(bytes[token]);
        }

        byte[] joined = [.. content];
        return Read(joined) is { } ids && tokens.SequenceEqual(ids) ? QuotedText.Write(joined) : null;
    }

    /// <summary>The token ids that quoted bytes mean: the token with exactly these bytes, else their encoding; null for nothing at all.</summary>
    public int[]? Read(byte[] content)
    {
        if (byContent.TryGetValue(Convert.ToHexString(content), out var id))
        {
            return [id];
        }

        var ids = encode(Encoding.UTF8.GetString(content));
        return ids.Length > 0 ? ids : null;
    }

    private static int[] Families(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        if (text.Contains('\ufffd', StringComparison.Ordinal))
        {
            return [];
        }

        var families = new List<int>();
        for (var family = 0; family < TokenFamily.All.Count; family++)
        {
            if (TokenFamily.All[family].Holds(text))
            {
                families.Add(family);
            }
        }

        return [.. families];
    }
}
