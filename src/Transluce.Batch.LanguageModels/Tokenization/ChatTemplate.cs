using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.LanguageModels;

/// <summary>What a known Jinja template does to conversations of plain text: user, assistant and an optional first system message, no tools.</summary>
/// <param name="Format">The tokens around a turn.</param>
/// <param name="TrimsContent">Whether white space around every content is removed.</param>
/// <param name="DefaultSystem">System text where a conversation has none, or null.</param>
/// <param name="DatedSystem">Llama 3.1 and later: every conversation begins with a system text of two dates, which a given system text follows.</param>
internal sealed record ChatTemplate(ChatFormatName Format, bool TrimsContent, string? DefaultSystem, bool DatedSystem)
{
    // Templates are programs: only one whose every character is known is safe to replace by our own layout. SHA-256 of the text without trailing newlines.
    private static readonly Dictionary<string, ChatTemplate> Known = new()
    {
        // The bundled demonstration model.
        ["c4b949bca331afa7cf5dd66ef647890be7648ff538b969e1678f0131ca35654d"] = Plain(ChatFormatName.Llama3),
        // Meta-Llama-3-8B-Instruct and -70B-Instruct.
        ["ba03a121d097859c7b5b9cd03af99aafe95275210d2876f642ad9929a150f122"] = Plain(ChatFormatName.Llama3),
        // Llama-3.1 and Llama-3.3 Instruct (with its final newline: e10ca381b1cc…).
        ["93c0e9aa3629bbd77e68dbc0f5621f6e6b23aa8d74b932595cdb8d64684526d7"] = new(ChatFormatName.Llama3, true, null, DatedSystem: true),
        // Llama-3.2 Instruct (with its final newline: 5816fce10444…). It asks the clock for the date; here the date is an option.
        ["d82792f95932f1c9cef5c4bd992f171225e3bf8c7b609b4557c9e1ec96be819f"] = new(ChatFormatName.Llama3, true, null, DatedSystem: true),
        // SmolLM2-135M, -360M and -1.7B Instruct.
        ["872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788"] =
            new(ChatFormatName.ChatMl, false, "You are a helpful AI assistant named SmolLM, trained by Hugging Face", DatedSystem: false),
    };

    /// <summary>Special tokens the layout needs, the begin-of-text token apart.</summary>
    public IReadOnlyList<string> SpecialTokens => Format == ChatFormatName.Llama3 ? ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"] : ["<|im_start|>", "<|im_end|>"];

    /// <summary>The plain form of a format, for folders whose template is unknown: Llama 3 trims contents, ChatML does not, neither has a default system text.</summary>
    public static ChatTemplate Plain(ChatFormatName format) => new(format, format == ChatFormatName.Llama3, null, DatedSystem: false);

    /// <summary>The template with exactly this text, or null.</summary>
    public static ChatTemplate? Recognise(string jinja) => Known.GetValueOrDefault(Hash(jinja));

    /// <summary>SHA-256 of the text, Windows line ends and trailing newlines apart.</summary>
    public static string Hash(string jinja) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jinja.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'))));
}
