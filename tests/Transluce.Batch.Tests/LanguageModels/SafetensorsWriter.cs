using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.LanguageModels;

/// <summary>Takes safetensors files apart and puts them together again, well or badly.</summary>
internal static class SafetensorsWriter
{
    public static (JsonObject Header, byte[] Data) Split(byte[] file)
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        return (JsonNode.Parse(file.AsSpan(8, length))!.AsObject(), file[(8 + length)..]);
    }

    public static byte[] Join(JsonNode header, byte[] data) => Join(header.ToJsonString(), data);

    public static byte[] Join(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, 8);
        data.CopyTo(file, 8 + text.Length);
        return file;
    }
}
