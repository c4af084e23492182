using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>What <c>tokenizer.json</c> says where it describes a BERT tokenizer; every other kind is refused by name. Its truncation and padding are not used: sentence-transformers overrides them.</summary>
internal sealed record BertTokenizerFile
{
    public const string Name = "tokenizer.json";
    private const long MaxBytes = 64 << 20;

    public required BertWords Words { get; init; }

    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>What a piece that does not begin its word begins with.</summary>
    public required string Prefix { get; init; }

    public required int UnknownId { get; init; }

    public required int MaxCharactersPerWord { get; init; }

    /// <summary>Tokens found in the text as they are, before anything else.</summary>
    public required IReadOnlyDictionary<string, int> SpecialTokens { get; init; }

    public required IReadOnlyList<long> Before { get; init; }

    public required IReadOnlyList<long> Behind { get; init; }

    /// <exception cref="ArtifactException">The file is missing, damaged, or of another kind of tokenizer.</exception>
    public static BertTokenizerFile Read(string folder)
    {
        var root = CheckedJson.Read(Path.Combine(folder, Name), MaxBytes);
        var model = root.Required("model");
        RequireType(model, "WordPiece", "model");
        RequireType(root.Required("pre_tokenizer"), "BertPreTokenizer", "pre-tokenizer");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in model.Required("vocab").Properties())
        {
            vocabulary[token] = id.Integer();
        }

        var unknown = model.Required("unk_token");
        var (before, behind) = Template(root.Required("post_processor"));
        return new BertTokenizerFile
        {
            Words = ReadWords(root.Required("normalizer")),
            Vocabulary = vocabulary,
            Prefix = model.IsAbsent("continuing_subword_prefix") ? "##" : model.Required("continuing_subword_prefix").Text(),
            UnknownId = vocabulary.TryGetValue(unknown.Text(), out var id0) ? id0 : throw unknown.Refuse("expected a token of the vocabulary"),
            MaxCharactersPerWord = model.IsAbsent("max_input_chars_per_word") ? 100 : model.Required("max_input_chars_per_word").Integer(),
            SpecialTokens = ReadSpecials(root),
            Before = before,
            Behind = behind,
        };
    }

    private static BertWords ReadWords(CheckedJson normalizer)
    {
        RequireType(normalizer, "BertNormalizer", "normalizer");
        var lowercase = Flag(normalizer, "lowercase", true);

        // Absent or null: accents go where letters are lowered.
        return new BertWords(Flag(normalizer, "clean_text", true), Flag(normalizer, "handle_chinese_chars", true), Flag(normalizer, "strip_accents", lowercase), lowercase);
    }

    private static Dictionary<string, int> ReadSpecials(CheckedJson root)
    {
        var specials = new Dictionary<string, int>(StringComparer.Ordinal);
        if (root.IsAbsent("added_tokens"))
        {
            return specials;
        }

        foreach (var token in root.Required("added_tokens").Items())
        {
            // lstrip and rstrip take white space with the token, which means nothing to WordPiece.
            foreach (var flag in (string[])["single_word", "normalized"])
            {
                if (Flag(token, flag, false))
                {
                    throw token.Refuse($"an added token with {flag} is not supported here; expected false");
                }
            }

            var content = token.Required("content");
            specials[content.Text().Length > 0 ? content.Text() : throw content.Refuse("expected a token with a text")] = token.Required("id").Integer();
        }

        return specials;
    }

    private static (IReadOnlyList<long> Before, IReadOnlyList<long> Behind) Template(CheckedJson processor)
    {
        var type = processor.Required("type");
        if (type.Text() == "BertProcessing")
        {
            return ([processor.Required("cls").Items().Last().Integer()], [processor.Required("sep").Items().Last().Integer()]);
        }

        RequireType(processor, "TemplateProcessing", "post-processor");
        List<long> before = [];
        List<long> behind = [];
        var text = false;
        foreach (var item in processor.Required("single").Items())
        {
            if (!item.IsAbsent("Sequence"))
            {
                text = true;
                continue;
            }

            var token = item.Required("SpecialToken").Required("id").Text();
            (text ? behind : before).AddRange(processor.Required("special_tokens").Required(token).Required("ids").Items().Select(id => (long)id.Integer()));
        }

        return (before, behind);
    }

    private static bool Flag(CheckedJson json, string name, bool absent) => json.IsAbsent(name) ? absent : json.Required(name).Flag();

    private static void RequireType(CheckedJson json, string type, string what)
    {
        if (json.IsNull || json.Required("type").Text() != type)
        {
            throw (json.IsNull ? json : json.Required("type")).Refuse($"this {what} is not supported; expected {type}, as models of the BERT family have it. Take another model, or the provider lsa or openai");
        }
    }
}
