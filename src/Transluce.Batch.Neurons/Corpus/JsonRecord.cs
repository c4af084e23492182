using System.Text.Json;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Neurons;

/// <summary>Turns one JSON object into a document of a kind; whatever is wrong with it becomes a reason, never an exception.</summary>
internal sealed class JsonRecord(DocumentKind kind)
{
    /// <summary>Which kind of document a line is, by the fields of its object; null where it is none. An incomplete line counts by the fields it shows.</summary>
    public static DocumentKind? KindOf(ReadOnlySpan<byte> line, bool complete)
    {
        bool text = false, chat = false, tokens = false;
        try
        {
            var reader = new Utf8JsonReader(line, complete, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                {
                    text |= reader.ValueTextEquals("text"u8);
                    chat |= reader.ValueTextEquals("conversation"u8) || reader.ValueTextEquals("messages"u8);
                    tokens |= reader.ValueTextEquals("input_ids"u8);
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return tokens ? DocumentKind.Tokens : chat ? DocumentKind.Chat : text ? DocumentKind.Text : null;
    }

    public CorpusDocument Parse(ReadOnlyMemory<byte> line, Func<string?, string> idOf)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, idOf)
                : CorpusDocument.Skipped(idOf(null), "not a JSON object");
        }
        catch (JsonException)
        {
            return CorpusDocument.Skipped(idOf(null), "invalid JSON");
        }
        catch (InvalidOperationException)
        {
            // JsonElement.GetString refuses halves of surrogate pairs with this exception.
            return CorpusDocument.Skipped(idOf(null), "half of a surrogate pair");
        }
    }

    private CorpusDocument Read(JsonElement record, Func<string?, string> idOf)
    {
        switch (kind)
        {
            case DocumentKind.Text:
                var id = idOf(Id(record, "id"));
                return !record.TryGetProperty("text", out var text) || text.ValueKind == JsonValueKind.Null ? CorpusDocument.Skipped(id, "no text")
                    : text.ValueKind != JsonValueKind.String ? CorpusDocument.Skipped(id, "text is not a string")
                    : CorpusDocument.OfText(id, text.GetString()!);
            case DocumentKind.Chat:
                return ReadChat(record, idOf(Id(record, "conversation_id") ?? Id(record, "id")));
            default:
                return ReadTokens(record, idOf(Id(record, "id")));
        }
    }

    private static CorpusDocument ReadChat(JsonElement record, string id)
    {
        if (!record.TryGetProperty("conversation", out var conversation) && !record.TryGetProperty("messages", out conversation))
        {
            return CorpusDocument.Skipped(id, "no conversation");
        }

        if (conversation.ValueKind != JsonValueKind.Array)
        {
            return CorpusDocument.Skipped(id, "conversation is not a list");
        }

        var messages = new List<ChatMessage>(conversation.GetArrayLength());
        foreach (var message in conversation.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object
                || !message.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String
                || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
            {
                return CorpusDocument.Skipped(id, "a message without role or content");
            }

            messages.Add(new ChatMessage(role.GetString()!, content.GetString()!));
        }

        return CorpusDocument.OfChat(id, messages);
    }

    private static CorpusDocument ReadTokens(JsonElement record, string id)
    {
        if (!record.TryGetProperty("input_ids", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return CorpusDocument.Skipped(id, "no input_ids");
        }

        var ids = new int[list.GetArrayLength()];
        var count = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out ids[count++]))
            {
                return CorpusDocument.Skipped(id, "a token id that is not an integer");
            }
        }

        return CorpusDocument.OfTokens(id, ids);
    }

    private static string? Id(JsonElement record, string name) =>
        !record.TryGetProperty(name, out var id) ? null
        : id.ValueKind == JsonValueKind.String ? id.GetString()
        : id.ValueKind == JsonValueKind.Number ? id.GetRawText()
        : null;
}
