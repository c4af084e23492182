using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>Identifies everything of a folder that decides token ids: SHA-256 over tokenizer.json, the begin-of-text token and the chat template in use.</summary>
public static class TokenizerFingerprint
{
    /// <summary>Lower-case hexadecimal SHA-256.</summary>
    /// <exception cref="ArtifactException">A file is missing or damaged.</exception>
    public static string Compute(string modelFolder)
    {
        var file = Path.Combine(modelFolder, "tokenizer.json");
        if (!File.Exists(file))
        {
            throw new ArtifactException($"'{file}' is missing; a Hugging Face model folder holds it.");
        }

        var settings = TokenizerSettings.Read(modelFolder, specials: null);
        using var stream = File.OpenRead(file);
        var parts = string.Join(
            '\n',
            Convert.ToHexStringLower(SHA256.HashData(stream)),
            Hash(settings.BeginOfText),
            Hash(settings.ChatTemplate));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)));
    }

    private static string Hash(string? text) => text is null ? "none" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
