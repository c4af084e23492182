using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// A <c>tokenizer.json</c> of byte-level BPE, read strictly: whatever is in the file is either understood or refused by name.
/// What the native library gets to see is a file written anew from this, without special tokens.
/// </summary>
internal sealed class TokenizerFile
{
    private const long MaximumBytes = 128 << 20;

    private readonly Dictionary<string, int> vocabulary;
    private readonly List<(string Left, string Right)> merges;
    private readonly bool ignoreMerges;
    private readonly PreTokenizer preTokenizer;

    private TokenizerFile(
        Dictionary<string, int> vocabulary, List<(string Left, string Right)> merges, bool ignoreMerges, PreTokenizer preTokenizer, Dictionary<string, int> specials, byte[][] tokenBytes)
    {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.ignoreMerges = ignoreMerges;
        this.preTokenizer = preTokenizer;
        Specials = specials;
        TokenBytes = tokenBytes;
    }

    /// <summary>Content → id of every added special token.</summary>
    public IReadOnlyDictionary<string, int> Specials { get; }

    /// <summary>Raw bytes per id; its length is the vocabulary's size.</summary>
    public byte[][] TokenBytes { get; }

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="ArtifactException">It is damaged, or a tokenizer of another kind.</exception>
    public static TokenizerFile Read(string file)
    {
        var root = CheckedJson.Read(file, MaximumBytes);
        root.Only("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        if (root.Required("version").Text() != "1.0")
        {
            throw root.Required("version").Refuse("only version \"1.0\" of the format is known");
        }

        if (!root.IsAbsent("normalizer"))
        {
            throw root.Required("normalizer").Refuse("byte-level BPE models of the Llama 3 and GPT-2 kinds have no normalizer, and none is supported");
        }

        TokenizerLayers.CheckIgnored(root);
        TokenizerLayers.CheckDecoder(root.Required("decoder"));
        TokenizerLayers.CheckPostProcessor(root);
        var preTokenizer = PreTokenizer.Read(root.Required("pre_tokenizer"));
        var specials = TokenizerLayers.ReadAddedTokens(root.Required("added_tokens"));

        var model = root.Required("model");
        BpeModel.CheckOptions(model);
        var vocabulary = BpeModel.ReadVocabulary(model.Required("vocab"), specials);
        var tokenBytes = Arrange(file, vocabulary, specials);
        var merges = BpeModel.ReadMerges(model.Required("merges"), vocabulary);
        var ignoreMerges = !model.IsAbsent("ignore_merges") && model.Required("ignore_merges").Flag();
        return new TokenizerFile(vocabulary, merges, ignoreMerges, preTokenizer, specials, tokenBytes);
    }

    /// <summary>The same model as JSON for the native library: no added tokens, so that no text can spell one.</summary>
    public void Write(Stream destination)
    {
        using var writer = new Utf8JsonWriter(destination);
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteNull("truncation");
        writer.WriteNull("padding");
        writer.WriteStartArray("added_tokens");
        writer.WriteEndArray();
        writer.WriteNull("normalizer");
        writer.WritePropertyName("pre_tokenizer");
        writer.WriteRawValue(preTokenizer.Json);
        writer.WriteNull("post_processor");
        writer.WritePropertyName("decoder");
        writer.WriteRawValue("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""");
        writer.WriteStartObject("model");
        writer.WriteString("type", "BPE");
        writer.WriteNull("dropout");
        writer.WriteNull("unk_token");
        writer.WriteNull("continuing_subword_prefix");
        writer.WriteNull("end_of_word_suffix");
        writer.WriteBoolean("fuse_unk", false);
        writer.WriteBoolean("byte_fallback", false);
        writer.WriteBoolean("ignore_merges", ignoreMerges);
        writer.WriteStartObject("vocab");
        foreach (var (token, id) in vocabulary)
        {
            writer.WriteNumber(token, id);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("merges");
        foreach (var (left, right) in merges)
        {
            writer.WriteStringValue($"{left} {right}");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static byte[][] Arrange(string file, Dictionary<string, int> vocabulary, Dictionary<string, int> specials)
    {
        var tokenBytes = new byte[vocabulary.Count + specials.Count][];
        foreach (var (token, id) in vocabulary.Concat(specials))
        {
            if (id >= tokenBytes.Length || tokenBytes[id] is not null)
            {
                throw new ArtifactException(
                    $"'{file}': token '{token}' has id {id}, which is {(id >= tokenBytes.Length ? "beyond the number of tokens" : "taken by another token")}; "
                    + $"the ids of {vocabulary.Count} vocabulary entries and {specials.Count} special tokens must be 0 … {tokenBytes.Length - 1}, each once.");
            }

            tokenBytes[id] = specials.ContainsKey(token)
                ? Encoding.UTF8.GetBytes(token)
                : ByteAlphabet.TryDecode(token, out var bytes) && bytes.Length > 0
                    ? bytes
                    : throw new ArtifactException($"'{file}': vocabulary entry '{token}' (id {id}) is not written in the byte-level alphabet; only byte-level BPE is supported.");
        }

        return tokenBytes;
    }
}
