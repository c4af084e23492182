using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Tests.Tokenization;

namespace Transluce.Batch.IntegrationTests.Tokenization;

/// <summary>Seeded damage to tokenizer files: an error that names the file, or a tokenizer that still works; never a crash or a hang.</summary>
public sealed class HostileTokenizerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hostile-tokenizer-").FullName;

    public HostileTokenizerTests()
    {
        foreach (var name in (string[])["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
        {
            File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(ModelFolders.DemoLlama, name)));
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("tokenizer.json", 200)]
    [InlineData("tokenizer_config.json", 150)]
    public void Damaged_bytes_end_in_an_error_that_names_the_file_or_in_a_working_tokenizer(string name, int mutations)
    {
        var original = File.ReadAllBytes(Path.Combine(folder, name));
        var refused = 0;
        for (var seed = 0; seed < mutations; seed++)
        {
            refused += Attempt(name, Damage(original, new Random(seed)), $"seed {seed}") ? 0 : 1;
        }

        Assert.InRange(refused, mutations / 5, mutations);
    }

    [Theory]
    [InlineData("tokenizer.json", 200)]
    [InlineData("tokenizer_config.json", 60)]
    public void A_value_of_another_type_is_always_refused(string name, int mutations)
    {
        var original = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))!;
        for (var seed = 0; seed < mutations; seed++)
        {
            var random = new Random(seed);
            var changed = original.DeepClone();
            var place = Retype(changed, random, name);
            Assert.False(Attempt(name, System.Text.Encoding.UTF8.GetBytes(changed.ToJsonString()), $"seed {seed}, {place}"), $"seed {seed}: {place} was accepted with another type");
        }
    }

    [Fact]
    public void What_the_file_asks_for_beyond_the_supported_kinds_is_refused_by_name()
    {
        (string Path, string Value)[] changes =
        [
            ("normalizer", """{"type":"NFC"}"""),
            ("pre_tokenizer", """{"type":"Whitespace"}"""),
            ("pre_tokenizer.pretokenizers[0].pattern.Regex", "\"(a+)+$\""),
            ("pre_tokenizer.pretokenizers[1].add_prefix_space", "true"),
            ("pre_tokenizer.pretokenizers[1].use_regex", "true"),
            ("post_processor", """{"type":"BertProcessing","sep":["a",1],"cls":["b",2]}"""),
            ("decoder", """{"type":"WordPiece"}"""),
            ("model.type", "\"Unigram\""),
            ("model.dropout", "0.1"),
            ("model.unk_token", "\"<unk>\""),
            ("model.byte_fallback", "true"),
            ("model.end_of_word_suffix", "\"</w>\""),
            ("added_tokens[0].special", "false"),
            ("added_tokens[0].lstrip", "true"),
            ("added_tokens[0].id", "17"),
            ("added_tokens[0].id", "4294967295"),
            ("model.vocab.the", "2000000000"),
            ("model.merges[3]", "[\"nosuch\",\"token\"]"),
            ("model.merges[3]", "\"a b c\""),
            ("something_new", "1"),
        ];
        foreach (var (path, value) in changes)
        {
            var changed = JsonNode.Parse(File.ReadAllText(Path.Combine(ModelFolders.DemoLlama, "tokenizer.json")))!;
            Set(changed, path, JsonNode.Parse(value));
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), changed.ToJsonString());
            var error = Assert.Throws<ArtifactException>(() => ModelTokenizer.Load(folder));
            Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
            Assert.True(error.Message.Contains(path.Split('.', '[')[0], StringComparison.Ordinal) || error.Message.Contains("'the'", StringComparison.Ordinal) || error.Message.Contains("token", StringComparison.Ordinal), error.Message);
        }
    }

    /// <returns>True where the tokenizer loaded and works.</returns>
    private bool Attempt(string name, byte[] content, string description)
    {
        File.WriteAllBytes(Path.Combine(folder, name), content);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var tokenizer = ModelTokenizer.Load(folder);
            const string Text = "The golden lynx, 12345 times <|eot_id|> 漢字 🙂.";
            var ids = tokenizer.Encode(Text);
            Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            tokenizer.Decode(ids);
            tokenizer.ChatPrefix();
            return true;
        }
        catch (ArtifactException exception)
        {
            Assert.True(exception.Message.Contains(name, StringComparison.Ordinal), $"{description}: the error does not name {name}: {exception.Message}");
            return false;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{description}: {exception.GetType().Name} instead of an error that names the file: {exception.Message}");
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1L << 30);
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        switch (random.Next(6))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 8), 8));
                return bytes;
            case 3:
                var from = random.Next(bytes.Length);
                var count = random.Next(Math.Min(40, bytes.Length - from));
                return [.. bytes[..from], .. bytes[(from + count)..]];
            case 4:
                var at = random.Next(bytes.Length);
                return [.. bytes[..at], .. bytes[at..Math.Min(at + 30, bytes.Length)], .. bytes[at..]];
            default:
                var place = random.Next(bytes.Length);
                return [.. bytes[..place], .. Enumerable.Repeat((byte)"[{\"\\"[random.Next(4)], 5000), .. bytes[place..]];
        }
    }

    /// <summary>Gives one value that the product reads a type that is none of those allowed there.</summary>
    private static string Retype(JsonNode root, Random random, string name)
    {
        var places = new List<JsonNode>();
        void Collect(JsonNode? node)
        {
            // Long lists would take all draws: two of each are enough.
            switch (node)
            {
                case JsonObject map:
                    foreach (var (_, value) in map.Count > 50 ? [.. map.Take(1), .. map.TakeLast(1)] : map.ToArray())
                    {
                        Collect(value);
                    }

                    break;
                case JsonArray list:
                    foreach (var value in list.Count > 50 ? [.. list.Take(1), .. list.TakeLast(1)] : list.ToArray())
                    {
                        Collect(value);
                    }

                    break;
            }

            if (node is not null && node != root)
            {
                places.Add(node);
            }
        }

        Collect(root);
        if (name == "tokenizer_config.json")
        {
            places = [root["bos_token"]!];
        }

        var chosen = places[random.Next(places.Count)];
        var path = chosen.GetPath();
        JsonNode[] others = [JsonValue.Create(1.5), JsonValue.Create(-3), new JsonArray(1.5), new JsonObject { ["x"] = 1 }];
        chosen.ReplaceWith(others[random.Next(others.Length)]);
        return path;
    }

    private static void Set(JsonNode root, string path, JsonNode? value)
    {
        var parts = path.Replace("[", ".#", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var node = root;
        foreach (var part in parts[..^1])
        {
            node = part[0] == '#' ? node![int.Parse(part[1..], System.Globalization.CultureInfo.InvariantCulture)]! : node![part]!;
        }

        if (parts[^1][0] == '#')
        {
            node![int.Parse(parts[^1][1..], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            node![parts[^1]] = value;
        }
    }
}
