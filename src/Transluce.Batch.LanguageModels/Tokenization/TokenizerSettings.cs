using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>What stands beside <c>tokenizer.json</c>: the begin-of-text token and the chat template.</summary>
/// <param name="BeginOfText">Content of <c>bos_token</c>, or null.</param>
/// <param name="ChatTemplate">The Jinja text, or null.</param>
/// <param name="TemplateFile">The file the template is in, for messages.</param>
internal sealed record TokenizerSettings(string? BeginOfText, string? ChatTemplate, string? TemplateFile)
{
    private const long MaximumBytes = 16 << 20;

    /// <summary>Reads <c>tokenizer_config.json</c> and <c>chat_template.jinja</c>; the latter goes before a template in the former, as in transformers.</summary>
    public static TokenizerSettings Read(string folder, IReadOnlyDictionary<string, int>? specials)
    {
        string? beginOfText = null;
        string? template = null;
        string? templateFile = null;
        var configFile = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(configFile))
        {
            var config = CheckedJson.Read(configFile, MaximumBytes);
            beginOfText = ReadBeginOfText(config, specials);
            template = ReadTemplate(config);
            templateFile = template is null ? null : configFile;
        }

        var jinjaFile = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(jinjaFile))
        {
            template = ReadJinja(jinjaFile);
            templateFile = jinjaFile;
        }

        return new TokenizerSettings(beginOfText, template, templateFile);
    }

    private static string? ReadBeginOfText(CheckedJson config, IReadOnlyDictionary<string, int>? specials)
    {
        if (config.IsAbsent("bos_token"))
        {
            return null;
        }

        // A string, or an added token spelled out as an object.
        var token = config.Required("bos_token");
        var text = token.IsText ? token.Text() : token.Required("content").Text();
        return specials is null || specials.ContainsKey(text) ? text : throw token.Refuse("it must be one of the added special tokens of tokenizer.json");
    }

    private static string? ReadTemplate(CheckedJson config)
    {
        if (config.IsAbsent("chat_template"))
        {
            return null;
        }

        var section = config.Required("chat_template");
        if (!section.IsArray)
        {
            return section.Text();
        }

        string? chosen = null;
        foreach (var named in section.Items())
        {
            var text = named.Required("template").Text();
            chosen = named.Required("name").Text() == "default" ? text : chosen;
        }

        return chosen ?? throw section.Refuse("one of several named chat templates must be called \"default\"");
    }

    private static string ReadJinja(string file)
    {
        if (FileLength.Of(file) > MaximumBytes)
        {
            throw new ArtifactException($"'{file}' is larger than {MaximumBytes} bytes, which no chat template is.");
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException exception)
        {
            throw new ArtifactException($"'{file}' is not valid UTF-8; download it again.", exception);
        }
    }
}
