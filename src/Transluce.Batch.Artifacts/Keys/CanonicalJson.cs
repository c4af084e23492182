using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Artifacts;

/// <summary>
/// One spelling for one JSON value, so that it can be hashed: keys in ordinal order, no white space, numbers by value
/// (1, 1.0 and 1e0 are one number; integers keep every digit).
/// </summary>
public static class CanonicalJson
{
    public static byte[] Write(JsonNode? node)
    {
        // Through text: a number made in memory and the same number read from plan.json must not differ.
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, document.RootElement);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 of the canonical spelling, in lower-case hexadecimal.</summary>
    public static string Hash(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(Write(node)));

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(element));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static string Number(JsonElement element)
    {
        var text = element.GetRawText();
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return text == "-0" ? "0" : text;
        }

        var value = element.GetDouble();
        return value == Math.Truncate(value) && Math.Abs(value) < 1L << 53
            ? ((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
