using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Neurons;

/// <summary>What the records of a file are.</summary>
internal enum DocumentKind
{
    Text,
    Chat,
    Tokens,
}

/// <summary>A document as it was read; exactly one of the last four is set.</summary>
/// <param name="Id">Its own id, else its file and number.</param>
/// <param name="Text">Running text.</param>
/// <param name="Messages">A conversation.</param>
/// <param name="TokenIds">A window that was tokenised elsewhere.</param>
/// <param name="SkipReason">Why it cannot be used; one of a few fixed texts, so that skipped documents can be counted by reason.</param>
internal sealed record CorpusDocument(string Id, string? Text, IReadOnlyList<ChatMessage>? Messages, int[]? TokenIds, string? SkipReason)
{
    public static CorpusDocument OfText(string id, string text) => new(id, text, null, null, null);

    public static CorpusDocument OfChat(string id, IReadOnlyList<ChatMessage> messages) => messages.Count == 0
        ? Skipped(id, "no messages")
        : messages.Any(message => message.Role is not ("system" or "user" or "assistant"))
            ? Skipped(id, "a role other than system, user and assistant")
            : new(id, null, messages, null, null);

    public static CorpusDocument OfTokens(string id, int[] tokenIds) => new(id, null, null, tokenIds, null);

    public static CorpusDocument Skipped(string id, string reason) => new(id, null, null, null, reason);
}
