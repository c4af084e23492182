using System.Buffers.Binary;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>Where one tensor lies: <paramref name="Offset"/> counts from the start of the file.</summary>
public sealed record SafetensorsEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape, long Offset, long Length);

/// <summary>
/// The header of a safetensors file: 8 bytes little-endian length, JSON {name: {dtype, shape, data_offsets}}, then the data.
/// As in the format's own library, the tensors must cover the data without overlap or hole.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit; real headers of the largest models stay below 1 MB.</summary>
    public const long MaximumLength = 100_000_000;

    private const int LengthField = 8;
    private const int MaximumDimensions = 8;

    private static readonly Dictionary<string, (ScalarType Dtype, int Size)> Dtypes = new(StringComparer.Ordinal)
    {
        ["F64"] = (ScalarType.Float64, 8),
        ["F32"] = (ScalarType.Float32, 4),
        ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8),
        ["I32"] = (ScalarType.Int32, 4),
        ["I16"] = (ScalarType.Int16, 2),
        ["I8"] = (ScalarType.Int8, 1),
        ["U8"] = (ScalarType.Byte, 1),
        ["BOOL"] = (ScalarType.Bool, 1),
    };

    /// <summary>Reads and checks the header before anything is believed of it.</summary>
    /// <exception cref="ArtifactException">Names the file and, where there is one, the tensor.</exception>
    public static IReadOnlyDictionary<string, SafetensorsEntry> Read(string path)
    {
        using var file = File.OpenHandle(path);
        var fileLength = RandomAccess.GetLength(file);
        Span<byte> field = stackalloc byte[LengthField];
        if (fileLength < LengthField || RandomAccess.Read(file, field, 0) < LengthField)
        {
            throw Bad(path, $"it has {fileLength} bytes; even an empty safetensors file has more than {LengthField}");
        }

        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (headerLength > MaximumLength || (long)headerLength > fileLength - LengthField)
        {
            throw Bad(path, $"its header claims {headerLength} bytes, but the file has {fileLength} and a header at most {MaximumLength}");
        }

        var header = new byte[headerLength];
        if (RandomAccess.Read(file, header, LengthField) < header.Length)
        {
            throw Bad(path, "its header is cut off");
        }

        var dataStart = LengthField + (long)headerLength;
        var entries = Parse(path, header, dataStart, fileLength - dataStart);
        CheckCoverage(path, entries, dataStart, fileLength);
        return entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    private static List<SafetensorsEntry> Parse(string path, byte[] header, long dataStart, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Bad(path, $"its header is a JSON {document.RootElement.ValueKind}, expected an object");
            }

            return [.. document.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__")
                .Select(property => ParseEntry(path, property.Name, property.Value, dataStart, dataLength))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ArtifactException(Bad(path, $"its header is not valid: {exception.Message}").Message, exception);
        }
    }

    private static SafetensorsEntry ParseEntry(string path, string name, JsonElement value, long dataStart, long dataLength)
    {
        var dtypeName = value.GetProperty("dtype").GetString() ?? "null";
        if (!Dtypes.TryGetValue(dtypeName, out var dtype))
        {
            throw Bad(path, $"tensor '{name}' has dtype '{dtypeName}'; known are {string.Join(", ", Dtypes.Keys)}");
        }

        var shapeElement = value.GetProperty("shape");
        if (shapeElement.GetArrayLength() > MaximumDimensions)
        {
            throw Bad(path, $"tensor '{name}' has {shapeElement.GetArrayLength()} dimensions; at most {MaximumDimensions} are read");
        }

        var shape = shapeElement.EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = value.GetProperty("data_offsets");
        var (begin, end) = offsets.GetArrayLength() == 2 ? (offsets[0].GetInt64(), offsets[1].GetInt64()) : throw Bad(path, $"tensor '{name}' has {offsets.GetArrayLength()} data_offsets, expected 2");
        if (begin < 0 || end < begin || end > dataLength)
        {
            throw Bad(path, $"tensor '{name}' lies at bytes {begin} to {end} of {dataLength} bytes of data");
        }

        var elements = shape.Aggregate((Int128)1, (product, size) => size < 0 || product > long.MaxValue ? Int128.MaxValue >> 64 : product * size);
        if (elements * dtype.Size != end - begin)
        {
            throw Bad(path, $"tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {dtypeName} does not fit its {end - begin} bytes");
        }

        return new SafetensorsEntry(name, dtype.Dtype, shape, dataStart + begin, end - begin);
    }

    private static void CheckCoverage(string path, List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        var position = dataStart;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Length))
        {
            if (entry.Offset != position)
            {
                throw Bad(path, $"tensor '{entry.Name}' starts at byte {entry.Offset} where {position} was expected: tensors overlap or leave a hole");
            }

            position += entry.Length;
        }

        if (position != fileLength)
        {
            throw Bad(path, $"its tensors end at byte {position} but the file has {fileLength}");
        }
    }

    private static ArtifactException Bad(string path, string what) =>
        new($"'{path}' cannot be read as safetensors: {what}. The file is damaged or was cut off; fetch it again.");
}
