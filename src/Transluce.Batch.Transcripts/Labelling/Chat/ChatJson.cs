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
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static string? Text(JsonElement value, string name)
        => value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.String ? property.GetString()!.Trim() : null;

    public static bool? Truth(JsonElement value, string name)
        => value.TryGetProperty(name, out var property) ? property.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;
}
