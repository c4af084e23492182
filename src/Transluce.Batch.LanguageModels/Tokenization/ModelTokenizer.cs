namespace Transluce.Batch.LanguageModels;

/// <summary>The tokenizer of a Hugging Face folder (byte-level BPE only) with its chat format. Safe to share between threads.</summary>
public sealed class ModelTokenizer
{
    public static ModelTokenizer Load(string modelFolder, ChatFormatName? chatFormat = null) => throw new NotImplementedException();

    public int VocabularySize => throw new NotImplementedException();

    /// <summary>Ids of added special tokens (begin of text, headers, end of turn …).</summary>
    public IReadOnlySet<int> SpecialIds => throw new NotImplementedException();

    public int? BeginOfTextId => throw new NotImplementedException();

    /// <summary>The model's chat format, or null where the folder has no chat template.</summary>
    public ChatFormatName? ChatFormat => throw new NotImplementedException();

    /// <summary>Encodes untrusted text: special-token text stays plain text, nothing is added in front.</summary>
    public int[] Encode(string text) => throw new NotImplementedException();

    /// <summary>Raw bytes of one token (special tokens: the UTF-8 of their content).</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => throw new NotImplementedException();

    public string Decode(IReadOnlyList<int> ids) => throw new NotImplementedException();

    /// <summary>One string per token whose concatenation is the decoded text: a character cut over several tokens belongs to the last of them and the others are empty.</summary>
    public string[] TokenTexts(IReadOnlyList<int> ids) => throw new NotImplementedException();

    /// <summary>A whole conversation in the chat format, default system text and trimming included.</summary>
    public int[] EncodeChat(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = false) => throw new NotImplementedException();

    /// <summary>All ids before the content of a first user message: the constant prefix put in front of web text.</summary>
    public int[] ChatPrefix() => throw new NotImplementedException();
}

/// <summary>One turn of a conversation.</summary>
public sealed record ChatMessage(string Role, string Content);

/// <summary>Chat formats we write by hand; there is no Jinja here.</summary>
public enum ChatFormatName
{
    Llama3,
    ChatMl,
}
