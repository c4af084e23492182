using System.Collections.Frozen;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>The tokenizer of a Hugging Face folder (byte-level BPE only) with its chat format. Safe to share between threads.</summary>
public sealed class ModelTokenizer
{
    private readonly string folder;
    private readonly ByteLevelBpe bpe;
    private readonly byte[][] tokenBytes;
    private readonly ChatLayout? chat;

    private ModelTokenizer(string folder, TokenizerFile file, TokenizerSettings settings, ByteLevelBpe bpe, ChatLayout? chat)
    {
        this.folder = folder;
        this.bpe = bpe;
        this.chat = chat;
        tokenBytes = file.TokenBytes;
        SpecialIds = file.Specials.Values.ToFrozenSet();
        BeginOfTextId = settings.BeginOfText is null ? null : file.Specials[settings.BeginOfText];
    }

    /// <summary>Loads <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>chat_template.jinja</c> where they are there.</summary>
    /// <param name="modelFolder">Hugging Face folder.</param>
    /// <param name="chatFormat">Needed only where the folder's chat template is not recognised.</param>
    /// <param name="chatDate">The date that Llama 3.1 and later state in their system text.</param>
    /// <exception cref="ArtifactException">A file is missing or damaged, or the tokenizer or the chat template is of an unsupported kind.</exception>
    public static ModelTokenizer Load(string modelFolder, ChatFormatName? chatFormat = null, string chatDate = ChatLayout.DefaultDate)
    {
        var path = Path.Combine(modelFolder, "tokenizer.json");
        var file = TokenizerFile.Read(path);
        var settings = TokenizerSettings.Read(modelFolder, file.Specials);
        var chat = ChatLayout.Choose(settings, chatFormat, chatDate, file.Specials, path);
        return new ModelTokenizer(modelFolder, file, settings, ByteLevelBpe.Load(file, path), chat);
    }

    /// <summary>Ids are 0 … this - 1. The model's own vocabulary may be padded beyond it.</summary>
    public int VocabularySize => tokenBytes.Length;

    /// <summary>Ids of added special tokens (begin of text, headers, end of turn …).</summary>
    public IReadOnlySet<int> SpecialIds { get; }

    /// <summary>The <c>bos_token</c> of <c>tokenizer_config.json</c>.</summary>
    public int? BeginOfTextId { get; }

    /// <summary>The model's chat format, or null where the folder has no chat template.</summary>
    public ChatFormatName? ChatFormat => chat?.Format;

    /// <summary>Encodes untrusted text: special-token text stays plain text, nothing is added in front, halves of surrogate pairs count as U+FFFD.</summary>
    public int[] Encode(string text) => bpe.Encode(text);

    /// <summary>Raw bytes of one token (special tokens: the UTF-8 of their content).</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => (uint)id < (uint)tokenBytes.Length
        ? tokenBytes[id]
        : throw new ArtifactException($"Token id {id} is outside the vocabulary of '{folder}' (0 … {tokenBytes.Length - 1}); was this made with another tokenizer?");

    /// <summary>The text of the ids, special tokens included; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IReadOnlyList<int> ids) => string.Concat(TokenTexts(ids));

    /// <summary>One string per token whose concatenation is the decoded text: a character cut over several tokens belongs to the last of them and the others are empty.</summary>
    public string[] TokenTexts(IReadOnlyList<int> ids)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var texts = new string[ids.Count];
        Span<char> buffer = stackalloc char[256];
        for (var i = 0; i < texts.Length; i++)
        {
            var bytes = TokenBytes(ids[i]);
            var last = i == texts.Length - 1;
            var count = decoder.GetCharCount(bytes, flush: last);
            var characters = count <= buffer.Length ? buffer[..count] : new char[count];
            decoder.GetChars(bytes, characters, flush: last);
            texts[i] = new string(characters);
        }

        return texts;
    }

    /// <summary>A whole conversation in the chat format, default system text and trimming included. Contents are untrusted text.</summary>
    /// <exception cref="ArtifactException">The folder has no chat template and none is configured, or a role is none of system, user and assistant.</exception>
    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = false) => RequireChat().Encode(messages, addGenerationPrompt, bpe.Encode);

    /// <summary>All ids before the content of a first user message: the constant prefix put in front of web text.</summary>
    /// <exception cref="ArtifactException">The folder has no chat template and none is configured.</exception>
    public int[] ChatPrefix() => RequireChat().Prefix(bpe.Encode);

    private ChatLayout RequireChat() => chat
        ?? throw new ArtifactException($"'{folder}' has no chat template; set 'model.chatFormat' (llama3 or chatml), or 'corpus.prefix: bos' or 'none' and a corpus without chats.");
}
