using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a message's content: a string, or a list of parts of which only some are text.</summary>
internal sealed class ContentReader(FieldReader fields)
{
    private const int MostTypesUnits = 4096;
    private const int MostTexts = 64;
    private const int PartUnits = 100;

    /// <summary>The parts' types joined by '+' (null where the content is no list), and the parts.</summary>
    public (string? Types, IReadOnlyList<MessagePart> Parts) Read()
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Array)
        {
            return fields.Text() is { } text ? (null, [new MessagePart(PartKind.Text, "text", text)]) : (null, []);
        }

        var types = new StringBuilder();
        var parts = new List<MessagePart>();
        json.BeginArray();
        while (json.NextItem())
        {
            var type = ReadPart(json, parts);
            if (types.Length < MostTypesUnits)
            {
                types.Append(types.Length > 0 ? "+" : "").Append(type);
            }
        }

        return (types.ToString(), parts);
    }

    private string ReadPart(JsonCursor json, List<MessagePart> parts)
    {
        if (!fields.Take(PartUnits))
        {
            json.Skip();
            return "?";
        }

        if (json.Peek() == JsonKind.String)
        {
            parts.Add(new MessagePart(PartKind.Text, "text", fields.Text()!.Value));
            return "text";
        }

        if (json.Peek() != JsonKind.Object)
        {
            json.Spoil(LogDamage.Shape, $"a part of a message must be an object, {json.Peek()} was found");
            json.Skip();
            return "?";
        }

        var type = "";
        var redacted = false;
        string? name = null;
        var texts = new Dictionary<string, TextValue>(StringComparer.Ordinal);
        json.BeginObject();
        while (json.NextName())
        {
            var property = Encoding.UTF8.GetString(json.Name);
            switch (property)
            {
                case "type":
                    type = fields.Short() ?? "";
                    break;
                case "redacted":
                    redacted = fields.Flag();
                    break;
                case "filename" or "name":
                    name = fields.Short();
                    break;
                case "image_url" when json.Peek() == JsonKind.Object:
                    ReadImageUrl(json, texts);
                    break;
                case "text" or "reasoning" or "summary" or "image" or "audio" or "video" or "document" or "arguments" or "result" or "error" or "data" or "image_url":
                    if (fields.Text() is { } value)
                    {
                        texts[property] = value;
                    }

                    break;
                case "internal" or "signature" or "citations" or "refusal" or "detail" or "format" or "mime_type":
                    json.Skip();
                    break;
                default:
                    // Only what an unknown type says is worth keeping; a known one has said it already.
                    if (IsKnown(type))
                    {
                        json.Skip();
                    }
                    else if (texts.Count >= MostTexts)
                    {
                        json.MarkCut();
                        json.Skip();
                    }
                    else if (fields.Text() is { } unknown && fields.Take(property.Length))
                    {
                        texts[property] = unknown;
                    }

                    break;
            }
        }

        AddParts(type, redacted, name, texts, parts);
        return type;
    }

    private void ReadImageUrl(JsonCursor json, Dictionary<string, TextValue> texts)
    {
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("url"u8) && fields.Text() is { } url)
            {
                texts["image"] = url;
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static bool IsKnown(string type)
        => type is "text" or "reasoning" or "image" or "audio" or "video" or "document" or "tool_use" or "data";

    private static void AddParts(string type, bool redacted, string? name, Dictionary<string, TextValue> texts, List<MessagePart> parts)
    {
        switch (type)
        {
            case "text":
                parts.Add(new MessagePart(PartKind.Text, type, texts.GetValueOrDefault("text", TextValue.Of(""))));
                break;
            case "reasoning":
                // Redacted reasoning is a provider's secret bytes: only the summary says something.
                var reasoning = redacted ? "summary" : "reasoning";
                if (texts.TryGetValue(reasoning, out var thought) && !thought.IsEmpty)
                {
                    parts.Add(new MessagePart(PartKind.Reasoning, type, thought));
                }

                break;
            case "image" or "image_url" or "audio" or "video" or "document":
                var media = texts.GetValueOrDefault(type == "image_url" ? "image" : type, texts.GetValueOrDefault("image_url", TextValue.Of("")));
                parts.Add(new MessagePart(PartKind.Media, type == "image_url" ? "image" : type, media, name));
                break;
            case "tool_use":
                parts.Add(new MessagePart(PartKind.Other, type, TextValue.Of($"[{name ?? "tool"}]")));
                Other("arguments");
                Other("result");
                Other("error");
                break;
            default:
                parts.Add(new MessagePart(PartKind.Other, type, TextValue.Of($"[{type}]")));
                foreach (var key in texts.Keys.Order(StringComparer.Ordinal))
                {
                    Other(key);
                }

                break;
        }

        void Other(string key)
        {
            if (texts.TryGetValue(key, out var text) && !text.IsEmpty)
            {
                parts.Add(new MessagePart(PartKind.Other, type, text));
            }
        }
    }
}
