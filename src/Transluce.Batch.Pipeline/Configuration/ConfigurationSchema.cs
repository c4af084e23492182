using System.Text.Json.Nodes;

namespace Transluce.Batch.Pipeline;

/// <summary>The JSON Schema of an options record, by which an editor completes and checks a YAML file while it is written.</summary>
public static class ConfigurationSchema
{
    public static JsonObject Of<TConfig>(string title)
    {
        // Draft 7 is what the YAML plug-ins of editors know.
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title };
        foreach (var (key, value) in OfRecord(typeof(TConfig), defaults: null).ToArray())
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }

    private static JsonObject OfRecord(Type type, object? defaults)
    {
        var shape = RecordShape.Of(type);
        defaults ??= shape.Defaults();
        var properties = new JsonObject();
        foreach (var member in shape.Members)
        {
            properties[member.Key] = OfMember(member, defaults);
        }

        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        var required = shape.Members.Where(member => member.IsRequired && (member.Parameter is null || defaults is null)).Select(member => (JsonNode)member.Key).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    private static JsonObject OfMember(RecordMember member, object? defaults)
    {
        var value = defaults is null ? null : member.Property.GetValue(defaults);
        var schema = OfType(member.Type, member, value);
        if (member.Description is { } description)
        {
            schema["description"] = description;
        }

        if (value is not null && !member.IsRequired && !RecordShape.IsRecord(member.Type))
        {
            schema["default"] = ConfigurationJson.WriteValue(value);
        }

        if (member.IsNullable && schema["type"] is { } type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
        }

        return schema;
    }

    private static JsonObject OfType(Type type, RecordMember member, object? defaults)
    {
        if (RecordShape.IsRecord(type))
        {
            return OfRecord(type, defaults);
        }

        if (RecordShape.ItemTypeOf(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = OfType(item, member, defaults: null) };
            if (member.MinLength is { } minimum)
            {
                list["minItems"] = minimum.Length;
            }

            return list;
        }

        if (type.IsEnum)
        {
            var names = EnumNames.Of(type).Select(pair => (JsonNode)pair.Name);
            return new JsonObject { ["enum"] = new JsonArray([.. member.IsNullable ? names.Append(null) : names]) };
        }

        var schema = new JsonObject { ["type"] = type == typeof(string) ? "string" : type == typeof(bool) ? "boolean" : type == typeof(double) ? "number" : "integer" };
        if (member.Pattern is { } pattern)
        {
            schema["pattern"] = $"^({pattern.Pattern})$";
        }

        if (member.Range is { } range)
        {
            schema["minimum"] = ConfigurationJson.WriteValue(range.Minimum);
            schema["maximum"] = ConfigurationJson.WriteValue(range.Maximum);
        }

        return schema;
    }
}
