using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>What a sentence-transformers folder says about how texts become vectors. Whatever it asks for that is not done here is refused by name.</summary>
internal sealed record SentenceTransformerFolder
{
    private const long MaxBytes = 1 << 20;
    private const string Prompts = "config_sentence_transformers.json";

    private static readonly string[] Textual = [".json", ".md", ".onnx", ".py", ".txt"];

    public required string Folder { get; init; }

    /// <summary>Where the tokenizer and the transformer's settings are: mostly the folder itself.</summary>
    public required string TransformerFolder { get; init; }

    public required string OnnxFile { get; init; }

    /// <summary>What <c>config.json</c> says the model was made from, or null where it does not say.</summary>
    public required string? ModelName { get; init; }

    public required Pooling Pooling { get; init; }

    public required int Dimensions { get; init; }

    /// <summary>Longest text, those tokens included that are put around it.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Whether the text is lowered before the tokenizer sees it.</summary>
    public required bool Lowercase { get; init; }

    /// <summary>Put before passages, mostly empty.</summary>
    public required string PassagePrompt { get; init; }

    /// <summary>Put before questions.</summary>
    public required string QueryPrompt { get; init; }

    /// <summary>Every file that decides a vector, by the name it has in keys.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <exception cref="ArtifactException">A file is missing or damaged, or asks for something that is not done here.</exception>
    public static SentenceTransformerFolder Read(string folder, string? onnxFile)
    {
        var modules = SentenceTransformerModules.Read(folder);
        var pooling = PoolingSettings.Read(Path.Combine(modules.Pooling, "config.json"));
        var config = CheckedJson.Read(Path.Combine(modules.Transformer, "config.json"), MaxBytes);
        var (maxTokens, lowercase) = ReadLimits(config, modules.Transformer);
        var prompts = ReadPrompts(Path.Combine(folder, Prompts));
        var onnx = OnnxFiles.Find(folder, onnxFile);
        var passage = Prompt(prompts, "document", "passage", "corpus");
        var query = Prompt(prompts, "query");
        if (!pooling.IncludesPrompt && (passage.Length > 0 || query.Length > 0))
        {
            throw new ArtifactException($"'{modules.Pooling}/config.json' has include_prompt false, so that the prompt is left out of the mean; that is not supported here. Take another model.");
        }

        return new SentenceTransformerFolder
        {
            Folder = folder,
            TransformerFolder = modules.Transformer,
            OnnxFile = onnx,
            ModelName = config.Optional("_name_or_path") is { IsText: true } name ? name.Text() : null,
            Pooling = pooling.Pooling,
            Dimensions = pooling.Dimensions,
            MaxTokens = maxTokens,
            Lowercase = lowercase,
            PassagePrompt = passage,
            QueryPrompt = query,
            Files = FilesOf(folder, modules, onnx),
        };
    }

    private static Dictionary<string, string> FilesOf(string folder, SentenceTransformerModules modules, string onnx)
    {
        var files = new Dictionary<string, string>
        {
            ["model.onnx"] = onnx,
            ["modules.json"] = Path.Combine(folder, SentenceTransformerModules.Name),
            ["config.json"] = Path.Combine(modules.Transformer, "config.json"),
            ["pooling/config.json"] = Path.Combine(modules.Pooling, "config.json"),
            [BertTokenizerFile.Name] = Path.Combine(modules.Transformer, BertTokenizerFile.Name),
        };
        foreach (var (name, file) in new[]
        {
            ("sentence_bert_config.json", Path.Combine(modules.Transformer, "sentence_bert_config.json")),
            (Prompts, Path.Combine(folder, Prompts)),
        })
        {
            if (File.Exists(file))
            {
                files[name] = file;
            }
        }

        // Weights outside the ONNX file may have any name: all that lies beside it is taken for some, but for other models and texts.
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(onnx)!).Where(file => !Path.GetFileName(file).StartsWith('.') && !Textual.Contains(Path.GetExtension(file))))
        {
            files["beside/" + Path.GetFileName(file)] = file;
        }

        return files;
    }

    private static (int MaxTokens, bool Lowercase) ReadLimits(CheckedJson config, string folder)
    {
        var positions = config.IsAbsent("max_position_embeddings") ? 512 : config.Required("max_position_embeddings").Integer();
        var file = Path.Combine(folder, "sentence_bert_config.json");
        if (!File.Exists(file))
        {
            return (positions, false);
        }

        var settings = CheckedJson.Read(file, MaxBytes);
        var maximum = settings.IsAbsent("max_seq_length") ? positions : settings.Required("max_seq_length").Integer();
        return maximum >= 3 && maximum <= positions
            ? (maximum, !settings.IsAbsent("do_lower_case") && settings.Required("do_lower_case").Flag())
            : throw settings.Required("max_seq_length").Refuse($"expected 3 to {positions}, the model's max_position_embeddings");
    }

    private static Dictionary<string, string> ReadPrompts(string file)
    {
        var prompts = new Dictionary<string, string>();
        if (!File.Exists(file))
        {
            return prompts;
        }

        var config = CheckedJson.Read(file, MaxBytes);
        foreach (var (name, text) in config.IsAbsent("prompts") ? [] : config.Required("prompts").Properties())
        {
            prompts[name] = text.Text();
        }

        if (!config.IsAbsent("default_prompt_name"))
        {
            var name = config.Required("default_prompt_name");
            prompts[""] = prompts.TryGetValue(name.Text(), out var text) ? text : throw name.Refuse("expected one of the names in 'prompts'");
        }

        return prompts;
    }

    /// <summary>The names sentence-transformers itself looks for, else the default prompt, else none.</summary>
    private static string Prompt(Dictionary<string, string> prompts, params string[] names)
        => names.Append("").Where(prompts.ContainsKey).Select(name => prompts[name]).FirstOrDefault("");
}
