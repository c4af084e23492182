using System.Text;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Configuration;

/// <summary>Hostile and damaged configurations end, soon and in little memory, in an error that names the file, or in a normal result.</summary>
public sealed class ConfigurationMutationTests : IDisposable
{
    private static readonly string Demo = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "neurons.yaml");

    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Damaged_bytes_end_in_an_error_that_names_the_file_or_in_a_configuration()
    {
        var original = File.ReadAllBytes(Demo);
        var random = new Random(20_260_401);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            refused += Read(Damage(original, random)) is null ? 0 : 1;
        }

        Assert.InRange(refused, 100, 400);
    }

    [Fact]
    public void Mutations_of_type_and_structure_are_always_errors()
    {
        var complete = ConfigurationReader.ToJson(ConfigurationReader.Read<NeuronLabellingConfig>(Demo).Value);
        Assert.Null(Read(Encoding.UTF8.GetBytes(complete.ToJsonString())));
        var mutations = 0;
        foreach (var path in Paths(complete, []))
        {
            foreach (var wrong in WrongValues(Find(complete, path)))
            {
                var copy = complete.DeepClone();
                Set(copy, path, wrong?.DeepClone());
                var error = Read(Encoding.UTF8.GetBytes(copy.ToJsonString()));
                Assert.True(error is ConfigurationException { Errors: [{ Line: > 0 }, ..] }, $"{string.Join('.', path)} = {wrong?.ToJsonString() ?? "null"} was accepted or has no line");
                mutations++;
            }

            if (path[^1] is string key)
            {
                var renamed = complete.DeepClone();
                var parent = Find(renamed, path[..^1])!.AsObject();
                var value = parent[key];
                parent.Remove(key);
                parent[key + "x"] = value;
                Assert.NotNull(Read(Encoding.UTF8.GetBytes(renamed.ToJsonString())));
                mutations++;
            }
        }

        Assert.InRange(mutations, 150, 5_000);
    }

    public static TheoryData<string, string> Bombs => new()
    {
        { "alias bomb", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range('b', 20).Select(c => $"{(char)c}: &{(char)c} [{string.Join(',', Enumerable.Repeat($"*{(char)(c - 1)}", 9))}]\n")) },
        { "deep brackets", new string('[', 200_000) },
        { "deep braces", new string('{', 200_000) },
        { "deep sequences", string.Concat(Enumerable.Repeat("- ", 100_000)) },
        { "deep keys", string.Concat(Enumerable.Repeat("? ", 100_000)) },
        { "deep indentation", string.Concat(Enumerable.Range(0, 600).Select(i => new string(' ', i) + "a:\n")) },
        { "many keys", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"k{i}: 1\n")) },
        { "many items", "corpus: { sources: [" + string.Concat(Enumerable.Repeat("a,", 100_000)) + "] }" },
        { "long word", "job: " + new string('a', 250_000) },
        { "long key", new string('a', 250_000) + ": 1" },
        { "long number", "exemplars: { k: " + new string('9', 200_000) + " }" },
        { "many spaces", "job:" + new string(' ', 250_000) + "x" },
        { "many comments", string.Concat(Enumerable.Repeat("#\n", 120_000)) },
        { "many documents", string.Concat(Enumerable.Repeat("---\n", 60_000)) },
        { "many quotes", string.Concat(Enumerable.Repeat("'", 200_001)) },
        { "open quote", "job: \"" + string.Concat(Enumerable.Repeat("\\n", 100_000)) },
        { "block scalar", "job: |\n" + string.Concat(Enumerable.Repeat(" a\n", 80_000)) },
        { "directives", string.Concat(Enumerable.Repeat("%TAG ! tag:x,2000:\n", 10_000)) },
        { "too large", new string('#', 300_000) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bombs_are_refused(string name, string yaml) => Assert.True(Read(Encoding.UTF8.GetBytes(yaml)) is not null, name);

    [Fact]
    public void A_device_without_an_end_is_refused() =>
        Assert.Contains("/dev/zero", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read<NeuronLabellingConfig>("/dev/zero")).Message, StringComparison.Ordinal);

    public void Dispose() => File.Delete(file);

    /// <summary>Null for a valid file; everything but an <see cref="ArtifactException"/> fails the test.</summary>
    private ArtifactException? Read(byte[] content)
    {
        File.WriteAllBytes(file, content);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            ConfigurationReader.Read<NeuronLabellingConfig>(file);
            return null;
        }
        catch (ArtifactException error)
        {
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            Assert.InRange(error.Message.Length, 10, 5_000_000);
            return error;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1L << 30);
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"[]{}:-#&*!|>'\"%@`,?\t\n\0 ~"[random.Next(24)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at - 1));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                case 4:
                    bytes.RemoveRange(Math.Max(1, at), bytes.Count - Math.Max(1, at));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes("\n" + new string(' ', random.Next(6))));
                    break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path) => node switch
    {
        JsonObject mapping => mapping.SelectMany(pair => Paths(pair.Value, [.. path, pair.Key]).Prepend([.. path, pair.Key])),
        JsonArray list => list.SelectMany((item, i) => Paths(item, [.. path, i]).Prepend([.. path, i])),
        _ => [],
    };

    private static List<JsonNode?> WrongValues(JsonNode? value)
    {
        var wrong = new List<JsonNode?> { new JsonObject { ["a"] = 1 }, new JsonArray(new JsonArray()), JsonValue.Create(double.MaxValue), JsonValue.Create("\u202e"), null };
        wrong.Add(value is JsonValue scalar && scalar.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False ? 1 : true);
        if (value is null)
        {
            wrong.RemoveAll(candidate => candidate is null);
        }

        // Any text that is not empty can be a path or a name.
        if (value is null || value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            wrong.RemoveAll(candidate => candidate is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String);
        }

        return wrong;
    }

    private static JsonNode? Find(JsonNode root, object[] path) => path.Aggregate((JsonNode?)root, (node, step) => step is string key ? node![key] : node![(int)step]);

    private static void Set(JsonNode root, object[] path, JsonNode? value)
    {
        var parent = Find(root, path[..^1])!;
        if (path[^1] is string key)
        {
            parent[key] = value;
        }
        else
        {
            parent[(int)path[^1]] = value;
        }
    }
}
