using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Embedding.Onnx;

namespace Transluce.Batch.Tests.Embedding;

public sealed class OnnxProviderTests
{
    [Fact]
    public void Token_ids_equal_those_of_Hugging_Face()
        => Assert.All(MiniLm.Golden(), golden => Assert.Equal(golden.Ids, MiniLm.Model.Tokenizer.Encode(golden.Text, 256)));

    [Fact]
    public void Vectors_are_those_of_ONNX_Runtime_elsewhere()
    {
        var golden = MiniLm.Golden();

        var vectors = MiniLm.Model.Open().Embed([.. golden.Select(g => g.Text)], CancellationToken.None);

        Assert.All(golden.Zip(vectors), pair => Assert.InRange(TensorPrimitives.CosineSimilarity(pair.First.Vector, pair.Second), 0.99f, 1.0001f));
        Assert.All(vectors, v => Assert.InRange(TensorPrimitives.Norm(v), 0.99999f, 1.00001f));
    }

    [Fact]
    public void A_vector_does_not_depend_on_its_neighbours_or_the_workers()
    {
        string[] texts = [.. MiniLm.Golden().Select(g => g.Text).Take(12)];
        var one = new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 1 });

        var alone = texts.Select(t => one.Open().Embed([t], CancellationToken.None)[0]).ToArray();

        Assert.Equal(alone, MiniLm.Model.Open().Embed(texts, CancellationToken.None));
        Assert.Equal(one.Open().Fingerprint, MiniLm.Model.Open().Fingerprint);
    }

    [Fact]
    public void The_table_says_what_the_vectors_were_made_with()
    {
        using var job = new EmbedJob();

        var model = job.Run(["a text"], MiniLm.Model).Model!;

        Assert.Equal(("onnx", "nreimers/MiniLM-L6-H384-uncased", 384, "mean", "", ""), (model.Provider, model.Model, model.Dimensions, model.Pooling, model.PassagePrompt, model.QueryPrompt));
        Assert.Equal(MiniLm.Model.Open().Fingerprint, model.Revision);
    }

    [Fact]
    public void Lone_surrogates_and_endless_texts_are_embedded()
    {
        var vectors = MiniLm.Model.Open().Embed(["\ud800 and \udc00", new string('a', 1_000_000), string.Concat(Enumerable.Repeat("word ", 200_000))], CancellationToken.None);

        Assert.All(vectors, v => Assert.Equal(384, v.Length));
    }

    [Theory]
    [InlineData("modules.json", "$[2].type", "sentence_transformers.models.Dense", "Dense")]
    [InlineData("1_Pooling/config.json", "$.pooling_mode_mean_sqrt_len_tokens", "true", "mean_sqrt_len")]
    [InlineData("1_Pooling/config.json", "$.pooling_mode_cls_token", "true", "2 modes")]
    [InlineData("tokenizer.json", "$.model.type", "Unigram", "Unigram")]
    [InlineData("tokenizer.json", "$.pre_tokenizer.type", "Metaspace", "Metaspace")]
    [InlineData("tokenizer.json", "$.normalizer.type", "NFC", "NFC")]
    [InlineData("tokenizer.json", "$.post_processor.type", "RobertaProcessing", "RobertaProcessing")]
    [InlineData("modules.json", "$[1].path", "../elsewhere", "../elsewhere")]
    [InlineData("sentence_bert_config.json", "$.max_seq_length", "5000", "5000")]
    public void What_is_not_done_here_is_refused_by_name(string file, string path, string value, string named)
    {
        using var folder = new TemporaryFolder();
        CopyWith(folder.Path, file, path, value);

        var error = Assert.Throws<ArtifactException>(() => new OnnxModel(folder.Path, new OnnxOptions { Path = "-" }));

        Assert.Contains(named, error.Message);
        Assert.Contains(file, error.Message);
        Assert.Contains("expected", error.Message);
    }

    [Fact]
    public void Prompts_go_before_passages_and_questions()
    {
        using var folder = new TemporaryFolder();
        CopyWith(folder.Path, "config_sentence_transformers.json", "$.prompts", """{"query":"query: ","passage":"passage: "}""");
        var provider = new OnnxModel(folder.Path, new OnnxOptions { Path = "-" }).Open();
        var plain = MiniLm.Model.Open();

        Assert.Equal(plain.Embed(["passage: a file"], CancellationToken.None), provider.Embed(["a file"], CancellationToken.None));
        Assert.Equal(plain.Embed(["query: a file"], CancellationToken.None), provider.EmbedQueries(["a file"], CancellationToken.None));
        Assert.NotEqual(plain.Fingerprint, provider.Fingerprint);
    }

    [Theory]
    [InlineData("cls")]
    [InlineData("max")]
    public void Other_poolings_give_other_vectors_of_length_one(string pooling)
    {
        using var folder = new TemporaryFolder();
        CopyWith(folder.Path, "1_Pooling/config.json", "$.pooling_mode", pooling);
        var provider = new OnnxModel(folder.Path, new OnnxOptions { Path = "-" }).Open();

        var vector = provider.Embed(["a file"], CancellationToken.None)[0];

        Assert.InRange(TensorPrimitives.Norm(vector), 0.99999f, 1.00001f);
        Assert.NotEqual(MiniLm.Model.Open().Embed(["a file"], CancellationToken.None)[0], vector);
    }

    /// <summary>The model's folder with one value changed.</summary>
    private static void CopyWith(string target, string changed, string path, string value)
    {
        var source = SharedData.Require("models/minilm-onnx");
        Directory.CreateDirectory(Path.Combine(target, "1_Pooling"));
        foreach (var file in new[] { "config.json", "modules.json", "sentence_bert_config.json", "tokenizer.json", "config_sentence_transformers.json", "1_Pooling/config.json" })
        {
            File.WriteAllBytes(Path.Combine(target, file), File.ReadAllBytes(Path.Combine(source, file)));
        }

        File.CreateSymbolicLink(Path.Combine(target, "model.onnx"), Path.Combine(source, "model_int8.onnx"));
        var full = Path.Combine(target, changed);
        var root = JsonNode.Parse(File.ReadAllBytes(full))!;
        var steps = path[1..].Split('.', '[').Select(s => s.TrimEnd(']')).Where(s => s.Length > 0).ToList();
        var node = root;
        foreach (var step in steps[..^1])
        {
            node = int.TryParse(step, out var index) ? node![index] : node![step];
        }

        node![steps[^1]] = value is "true" || value[0] is '{' || char.IsAsciiDigit(value[0]) ? JsonNode.Parse(value) : JsonValue.Create(value);
        File.WriteAllText(full, root.ToJsonString());
    }
}
