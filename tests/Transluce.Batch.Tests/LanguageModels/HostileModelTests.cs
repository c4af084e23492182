using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

/// <summary>Seeded damage to weights and config: an error that names the file, or a model that runs; never a crash, a hang or a large allocation.</summary>
public sealed class HostileModelTests : IDisposable
{
    private const int Mutations = 200;
    private const string Weights = "model.safetensors";
    private const string Config = "config.json";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, byte[]> originals;

    public HostileModelTests()
    {
        var source = SharedData.Require("golden/llama-mha-tied");
        originals = ((string[])[Weights, Config]).ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(source, name)));
        foreach (var (name, content) in originals)
        {
            File.WriteAllBytes(folder.File(name), content);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Weights)]
    [InlineData(Config)]
    public void Damaged_bytes_end_in_an_error_that_names_the_file_or_in_a_model(string name)
    {
        var refused = Enumerable.Range(0, Mutations).Count(seed => !Attempt(name, Damage(originals[name], new Random(seed)), $"seed {seed}"));
        Assert.InRange(refused, Mutations / 5, Mutations);
    }

    [Fact]
    public void A_damaged_header_length_offset_shape_or_type_always_ends_in_an_error() =>
        Assert.All(Enumerable.Range(0, Mutations), seed => Assert.False(Attempt(Weights, DamageStructure(new Random(seed)), $"seed {seed}"), $"seed {seed} passed unnoticed"));

    [Fact]
    public void A_config_with_another_size_or_type_always_ends_in_an_error()
    {
        string[] sizes = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size"];
        JsonNode?[] values = [0, -1, 3, 7, 1_000_003, int.MaxValue, long.MaxValue, 1e300, "48", true, new JsonArray(48), new JsonObject()];
        foreach (var (key, value) in sizes.SelectMany(key => values.Select(value => (key, value))))
        {
            var config = JsonNode.Parse(originals[Config])!.AsObject();
            config[key] = value?.DeepClone();
            Assert.False(Attempt(Config, System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()), $"{key} = {value?.ToJsonString()}", orNamed: Weights));
        }
    }

    private bool Attempt(string name, byte[] content, string what, string? orNamed = null)
    {
        File.WriteAllBytes(folder.File(name), content);
        try
        {
            using var scope = NewDisposeScope();
            using var model = Llama.Load(folder.Path, CPU, ScalarType.Float32, withLogits: true);
            _ = model.Logits(model.RunLayers(model.Embed(zeros([1, 3], ScalarType.Int64)), 0, model.Config.Layers));
            return true;
        }
        catch (ArtifactException exception)
        {
            Assert.True(exception.Message.Contains(name, StringComparison.Ordinal) || (orNamed is not null && exception.Message.Contains(orNamed, StringComparison.Ordinal)), $"{what}: {exception.Message}");
            return false;
        }
        finally
        {
            File.WriteAllBytes(folder.File(name), originals[name]);
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var content = original.ToArray();
        // The header is a hundredth of the file but decides everything: most damage goes there.
        var reach = random.Next(4) == 0 ? content.Length : Math.Min(content.Length, 3000);
        switch (random.Next(4))
        {
            case 0:
                return content[..random.Next(content.Length)];
            case 1:
                var start = random.Next(reach);
                return [.. content.AsSpan(0, start), .. content.AsSpan(Math.Min(content.Length, start + random.Next(1, 64)))];
            case 2:
                var at = random.Next(reach);
                return [.. content.AsSpan(0, at), .. content.AsSpan(random.Next(reach), 1), .. content.AsSpan(at)];
            default:
                for (var flips = random.Next(1, 8); flips > 0; flips--)
                {
                    content[random.Next(reach)] = (byte)random.Next(256);
                }

                return content;
        }
    }

    private byte[] DamageStructure(Random random)
    {
        var (header, data) = SafetensorsWriter.Split(originals[Weights]);
        var names = header.Select(entry => entry.Key).Where(name => name != "__metadata__").ToArray();
        var entry = header[names[random.Next(names.Length)]]!.AsObject();
        var offsets = entry["data_offsets"]!.AsArray();
        var shape = entry["shape"]!.AsArray();
        var bytes = default(byte[]);
        switch (random.Next(7))
        {
            case 0:
                offsets[random.Next(2)] = random.NextInt64(-4, data.Length + 4) is var offset && offset == (long)offsets[0]! ? offset + 1 : random.NextInt64(data.Length + 1L, long.MaxValue);
                break;
            case 1:
                var shift = random.Next(1, 1000);
                (offsets[0], offsets[1]) = ((long)offsets[0]! + shift, (long)offsets[1]! + shift);
                break;
            case 2:
                shape[random.Next(shape.Count)] = random.Next(2) == 0 ? random.NextInt64() : -random.NextInt64();
                break;
            case 3:
                shape.Add(random.Next(4) switch { 0 => 1, 1 => 2, 2 => 0, _ => -1 });
                break;
            case 4:
                entry["dtype"] = ((string[])["F64", "F16", "BF16", "I32", "I64", "U8", "BOOL", "F8_E5M2", "f32", ""])[random.Next(10)];
                break;
            case 5:
                header.Remove(names[random.Next(names.Length)]);
                break;
            default:
                bytes = SafetensorsWriter.Join(header, data);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)random.NextInt64(random.Next(2) == 0 ? 3000 : long.MaxValue));
                break;
        }

        return bytes ?? SafetensorsWriter.Join(header, data);
    }
}
