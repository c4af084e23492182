namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The fields of a block that come from a message's content, of any length.</summary>
internal sealed class BlockContent
{
    public BlockContent(Message message, ScratchText scratch)
    {
        var plain = message.Parts.All(part => part.Kind == PartKind.Text);
        Media = plain ? [] : [.. message.Parts.Where(part => part.Kind == PartKind.Media).Select(part => MediaPlaceholder.Of(part, scratch))];
        Text = new JoinedText(Texts(message, PartKind.Text), scratch);
        Reasoning = plain ? null : Optional(Texts(message, PartKind.Reasoning), scratch);
        Other = plain ? null : Optional(OtherParts(message), scratch);
        Error = message.ErrorMessage is { } error ? new JoinedText([error], scratch) : null;
        TextSha256 = Text.Sha256();
    }

    public IReadOnlyList<MediaPlaceholder> Media { get; }

    /// <summary>Whether a field is longer than a row takes.</summary>
    public bool IsLarge => Text.IsLarge || Reasoning is { IsLarge: true } || Other is { IsLarge: true } || Error is { IsLarge: true };

    /// <summary>Whether there is nothing but text, and all of it in the row.</summary>
    public bool IsTextAlone => !Text.IsLarge && Reasoning is null && Other is null && Error is null;

    public JoinedText Text { get; }

    public JoinedText? Reasoning { get; }

    public JoinedText? Other { get; }

    public JoinedText? Error { get; }

    public string TextSha256 { get; }

    /// <summary>Long fields, in the order in which they are written.</summary>
    public IEnumerable<(string Field, JoinedText Text)> Large()
        => new[] { ("error", Error), ("other", Other), ("reasoning", Reasoning), ("text", Text) }
            .Where(field => field.Item2 is { IsLarge: true })
            .Select(field => (field.Item1, field.Item2!));

    /// <summary>
    /// Hash of what was said, asked for and returned. Message ids are not in it: writers that keep equal messages once (chunked samples) lose
    /// them. Neither are metadata, source and model: they say where a message came from.
    /// </summary>
    public string Hash(Message message)
    {
        List<string?> parts = [message.Role, TextSha256, Sha256(Reasoning), Sha256(Other), message.ToolCallId, message.Function, message.ErrorType, Sha256(Error)];
        foreach (var call in message.Calls)
        {
            parts.AddRange([call.Id, call.Function, call.ArgumentsJson, call.ParseError]);
        }

        return StableId.Hash([.. parts]);
    }

    private static string? Sha256(JoinedText? text) => text?.Sha256();

    private static JoinedText? Optional(List<TextValue> parts, ScratchText scratch) => parts.Count == 0 ? null : new JoinedText(parts, scratch);

    private static List<TextValue> Texts(Message message, PartKind kind) => [.. message.Parts.Where(part => part.Kind == kind).Select(part => part.Text)];

    private List<TextValue> OtherParts(Message message)
    {
        var media = 0;
        return [.. message.Parts
            .Where(part => part.Kind is PartKind.Media or PartKind.Other)
            .Select(part => part.Kind == PartKind.Media ? TextValue.Of(Media[media++].Text) : part.Text)];
    }
}
