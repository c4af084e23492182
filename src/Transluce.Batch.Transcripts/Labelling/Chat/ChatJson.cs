using System.Text.Json;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Takes the JSON object out of an answer: models like to say something before and after it.</summary>
internal static class ChatJson
{
    public static bool TryRead(string answer, out JsonElement value)
    {
        value = default;
        var start = answer.IndexOf('{');
        var end = answer.LastIndexOf('}');
        if (start < 0 || end < start)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(answer[start..(end + 1)]);
            RequireText(document.RootElement);
            value = document.RootElement.Clone();
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidOperationException">A name or a text holds half a surrogate pair as an escape.</exception>
    private static void RequireText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RequireText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    RequireText(property.Value);
                }

                break;
        }
    }

    public static string? Text(JsonElement value, string name)
        => value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.String ? property.GetString()!.Trim() : null;

    public static bool? Truth(JsonElement value, string name)
        => value.TryGetProperty(name, out var property) ? property.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;
}
