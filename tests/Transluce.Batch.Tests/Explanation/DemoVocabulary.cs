using System.Text.Json.Nodes;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>The bundled model's vocabulary and windows of the bundled corpus.</summary>
internal static class DemoVocabulary
{
    private static readonly Lazy<ModelTokenizer> Tokenizer = new(() => ModelTokenizer.Load(Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "model")));

    private static readonly Lazy<TokenVocabulary> Words = new(() => TokenVocabulary.Of(Tokenizer.Value));

    public static TokenVocabulary Value => Words.Value;

    /// <summary>Windows of <paramref name="length"/> tokens cut one after the other from the web text, documents in order.</summary>
    public static TokenWindow[] Windows(int count, int length)
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "corpus", "web.jsonl");
        return
        [
            .. File.ReadLines(path)
                .Select(line => Tokenizer.Value.Encode(JsonNode.Parse(line)!["text"]!.GetValue<string>()))
                .SelectMany(ids => ids.Chunk(length).Where(window => window.Length == length))
                .Take(count)
                .Select(ids => new TokenWindow(ids, 0)),
        ];
    }

    /// <summary>The single token with exactly this text.</summary>
    public static int Token(string text) => Assert.Single(Value.Read(System.Text.Encoding.UTF8.GetBytes(text))!);
}
