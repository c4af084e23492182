using System.Text.Json;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A log's tags and metadata with the edits made after it was written.</summary>
internal static class LogEdits
{
    public static string[] Tags(LogHeader header)
    {
        var tags = new SortedSet<string>(Strings(header.Find("eval", "tags")), StringComparer.Ordinal);
        foreach (var edit in Edits(header, "tags"))
        {
            tags.UnionWith(Strings(Member(edit, "tags_add")));
            tags.ExceptWith(Strings(Member(edit, "tags_remove")));
        }

        return [.. tags];
    }

    public static string MetadataJson(LogHeader header)
    {
        var metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        Set(header.Find("eval", "metadata"));
        foreach (var edit in Edits(header, "metadata"))
        {
            Set(Member(edit, "metadata_set"));
            foreach (var name in Strings(Member(edit, "metadata_remove")))
            {
                metadata.Remove(name);
            }
        }

        return NormalisedScores.Json(metadata);

        void Set(JsonElement? values)
        {
            if (values is { ValueKind: JsonValueKind.Object } members)
            {
                foreach (var member in members.EnumerateObject())
                {
                    metadata[member.Name] = member.Value.GetRawText();
                }
            }
        }
    }

    private static IEnumerable<JsonElement> Edits(LogHeader header, string type)
        => Items(header.Find("log_updates"))
            .SelectMany(update => Items(Member(update, "edits")))
            .Where(edit => Member(edit, "type") is { ValueKind: JsonValueKind.String } kind && kind.ValueEquals(type));

    private static JsonElement[] Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    private static JsonElement? Member(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static IEnumerable<string> Strings(JsonElement? list)
        => Items(list).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);
}
