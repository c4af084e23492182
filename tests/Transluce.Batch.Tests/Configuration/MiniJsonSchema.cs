using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Transluce.Batch.Tests.Configuration;

/// <summary>Checks a document against the keywords that our schema uses; an unknown keyword is an error of the test.</summary>
internal static class MiniJsonSchema
{
    public static IEnumerable<string> Errors(JsonObject schema, JsonNode? value, string path)
    {
        foreach (var (keyword, rule) in schema)
        {
            var sound = keyword switch
            {
                "$schema" or "title" or "description" or "default" => true,
                "type" => (rule is JsonArray types ? types.Select(type => type!.GetValue<string>()) : [rule!.GetValue<string>()]).Any(type => IsOfType(value, type)),
                "enum" => rule!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)),
                "minimum" => value is null || value.GetValueKind() != JsonValueKind.Number || Number(value) >= Number(rule!),
                "maximum" => value is null || value.GetValueKind() != JsonValueKind.Number || Number(value) <= Number(rule!),
                "pattern" => value is null || value.GetValueKind() != JsonValueKind.String || Regex.IsMatch(value.GetValue<string>(), rule!.GetValue<string>()),
                "minItems" => value is not JsonArray list || list.Count >= rule!.GetValue<int>(),
                "additionalProperties" => value is not JsonObject keys || keys.All(pair => schema["properties"]!.AsObject().ContainsKey(pair.Key)),
                "required" => value is not JsonObject keys || rule!.AsArray().All(key => keys.ContainsKey(key!.GetValue<string>())),
                "properties" or "items" => true,
                _ => throw new NotSupportedException(keyword),
            };
            if (!sound)
            {
                yield return $"{path}: {keyword}";
            }
        }

        var below = value switch
        {
            JsonObject mapping => mapping.Where(pair => schema["properties"]?[pair.Key] is not null).SelectMany(pair => Errors(schema["properties"]![pair.Key]!.AsObject(), pair.Value, $"{path}.{pair.Key}")),
            JsonArray list when schema["items"] is JsonObject items => list.SelectMany((item, i) => Errors(items, item, $"{path}[{i}]")),
            _ => [],
        };
        foreach (var error in below)
        {
            yield return error;
        }
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsOfType(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => Number(value!) == Math.Floor(Number(value!)),
        _ => false,
    };
}
