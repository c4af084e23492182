using System.Text.Json.Nodes;
using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Tests.Tokenization;

public sealed class ModelTokenizerTests : IDisposable
{
    private readonly string scratch = Directory.CreateTempSubdirectory("tokenizer-tests-").FullName;

    public void Dispose() => Directory.Delete(scratch, recursive: true);

    [Fact]
    public void Decoding_gives_back_every_text_and_no_text_spells_a_special_token()
    {
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        var specials = tokenizer.SpecialIds.Select(id => System.Text.Encoding.UTF8.GetString(tokenizer.TokenBytes(id))).ToArray();
        string[] fixedParts = [.. specials, " ", "\n", "\r\n", "漢", "🙂", "𝐀𝐁", "9", "'s", "ſ", "\uD83D", "\uDE42"];
        var part = Gen.OneOf(Gen.String, Gen.Int[0, fixedParts.Length - 1].Select(i => fixedParts[i]));
        part.Array[0, 20].Select(string.Concat).Sample(
            text =>
            {
                var clean = TextSegments.WithoutLoneSurrogates(text);
                var ids = tokenizer.Encode(text);
                Assert.DoesNotContain(ids, tokenizer.SpecialIds.Contains);
                Assert.Equal(clean, tokenizer.Decode(ids));
                Assert.Equal(clean, string.Concat(tokenizer.TokenTexts(ids)));
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void A_character_cut_over_several_tokens_belongs_to_the_last_of_them()
    {
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        var texts = tokenizer.TokenTexts(tokenizer.Encode("a🙂b"));
        Assert.Equal(["a", "", "", "", "🙂", "b"], texts);
        Assert.Equal(["a", "", "\uFFFD"], tokenizer.TokenTexts(tokenizer.Encode("a🙂b")[..3]));
    }

    [Fact]
    public void Long_text_is_cut_only_where_the_ids_do_not_change()
    {
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, 60_000).Select(_ => random.Next(6) switch { 0 => "\n\n", 1 => "  ", 2 => " 漢字", 3 => " 12345", _ => " word" }));
        var segments = TextSegments.Cut(text).ToArray();
        Assert.True(segments.Length > 1);
        Assert.Equal(text, string.Concat(segments));
        Assert.All(segments, segment => Assert.InRange(segment.Length, 1, TextSegments.Soft + 1000));

        // Pieces of half the size have other cuts, and the same ids.
        var halves = segments.SelectMany(segment => Halve(segment).SelectMany(tokenizer.Encode)).ToArray();
        Assert.Equal(halves, tokenizer.Encode(text));

        static IEnumerable<string> Halve(string segment)
        {
            var cut = segment.Length / 2;
            while (cut < segment.Length - 1 && !(segment[cut] == ' ' && char.IsAsciiLetter(segment[cut - 1]) && char.IsAsciiLetter(segment[cut + 1])))
            {
                cut++;
            }

            return [segment[..cut], segment[cut..]];
        }
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('=')]
    public void A_run_without_end_is_encoded(char character)
    {
        // Where merging took quadratic time, this test would not end.
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        Assert.Equal(new string(character, 1_600_000), tokenizer.Decode(tokenizer.Encode(new string(character, 1_600_000))));
    }

    [Fact]
    public void Threads_may_share_a_tokenizer()
    {
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        var texts = Enumerable.Range(0, 400).Select(i => $"Text number {i} says {i * 7919} 漢字 {i % 13}.").ToArray();
        var expected = texts.Select(tokenizer.Encode).ToArray();
        var actual = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => actual[i] = tokenizer.Encode(texts[i]));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void An_unknown_chat_template_must_be_configured()
    {
        var folder = CopyDemo("unknown-template");
        File.AppendAllText(Path.Combine(folder, "chat_template.jinja"), "{{ 'Sure!' }}");
        var error = Assert.Throws<ArtifactException>(() => ModelTokenizer.Load(folder));
        Assert.Contains("chat_template.jinja", error.Message, StringComparison.Ordinal);
        Assert.Contains("model.chatFormat", error.Message, StringComparison.Ordinal);
        Assert.Equal(ChatFormatName.Llama3, ModelTokenizer.Load(folder, ChatFormatName.Llama3).ChatFormat);
        Assert.Contains("<|im_start|>", Assert.Throws<ArtifactException>(() => ModelTokenizer.Load(folder, ChatFormatName.ChatMl)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_template_has_no_chat_format_and_says_what_to_set()
    {
        var folder = CopyDemo("no-template");
        File.Delete(Path.Combine(folder, "chat_template.jinja"));
        var tokenizer = ModelTokenizer.Load(folder);
        Assert.Null(tokenizer.ChatFormat);
        Assert.Contains("model.chatFormat", Assert.Throws<ArtifactException>(() => tokenizer.ChatPrefix()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_inside_the_config_counts_plain_or_in_a_list_of_named_ones()
    {
        var folder = CopyDemo("named-templates");
        var jinja = File.ReadAllText(Path.Combine(folder, "chat_template.jinja"));
        File.Delete(Path.Combine(folder, "chat_template.jinja"));
        var configFile = Path.Combine(folder, "tokenizer_config.json");
        var config = JsonNode.Parse(File.ReadAllText(configFile))!.AsObject();
        var fingerprint = TokenizerFingerprint.Compute(folder);
        foreach (var template in (JsonNode[])[JsonValue.Create(jinja), new JsonArray(Named("tool_use", "x"), Named("default", jinja))])
        {
            config["chat_template"] = template;
            File.WriteAllText(configFile, config.ToJsonString());
            Assert.Equal(ChatFormatName.Llama3, ModelTokenizer.Load(folder).ChatFormat);
            Assert.NotEqual(fingerprint, TokenizerFingerprint.Compute(folder));
        }

        static JsonObject Named(string name, string text) => new() { ["name"] = name, ["template"] = text };
    }

    [Fact]
    public void Llama_3_1_states_its_dates_before_every_conversation()
    {
        var file = TokenizerFile.Read(Path.Combine(ModelFolders.DemoLlama, "tokenizer.json"));
        var known = new ChatTemplate(ChatFormatName.Llama3, TrimsContent: true, DefaultSystem: null, DatedSystem: true);
        var layout = new ChatLayout(known, "1 Jan 2026", file.Specials, "<|begin_of_text|>");
        var tokenizer = ModelTokenizer.Load(ModelFolders.DemoLlama);
        const string Dates = "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 1 Jan 2026\n\n";
        Assert.Equal(
            Dates + "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
            tokenizer.Decode(layout.Prefix(tokenizer.Encode)));
        Assert.Equal(
            Dates + "Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>",
            tokenizer.Decode(layout.Encode([new("system", " Be brief.\n"), new("user", "Hi ")], false, tokenizer.Encode)));
    }

    private string CopyDemo(string name)
    {
        var folder = Path.Combine(scratch, name);
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
        {
            File.WriteAllBytes(Path.Combine(folder, file), File.ReadAllBytes(Path.Combine(ModelFolders.DemoLlama, file)));
        }

        return folder;
    }
}
