using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Pipeline;

/// <summary>Options records as JSON, every default filled in, and that JSON back as nodes to bind.</summary>
internal static class ConfigurationJson
{
    public static JsonObject Write(object record)
    {
        var json = new JsonObject();
        foreach (var member in RecordShape.Of(record.GetType()).Members)
        {
            json[member.Key] = WriteValue(member.Property.GetValue(record));
        }

        return json;
    }

    public static ConfigurationNode Read(JsonNode? node) => node switch
    {
        null => new ScalarNode(0, "null", ScalarKind.Null),
        JsonObject mapping => new MappingNode(0, [.. mapping.Select(pair => new MappingEntry(0, pair.Key, Read(pair.Value)))]),
        JsonArray sequence => new SequenceNode(0, [.. sequence.Select(Read)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => new ScalarNode(0, node.GetValue<string>(), ScalarKind.Text),
            JsonValueKind.Number => new ScalarNode(0, node.ToJsonString(), ScalarKind.Number),
            _ => new ScalarNode(0, node.ToJsonString(), ScalarKind.Boolean),
        },
    };

    public static JsonNode? WriteValue(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        Enum name => JsonValue.Create(EnumNames.Of(name)),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(WriteValue)]),
        _ => Write(value),
    };
}
