using Tokenizers.DotNet;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Hugging Face's own tokenizer, given a file that we wrote: the native code never sees a file or a text from outside unchecked.
/// It knows no special tokens, so text cannot spell one.
/// </summary>
internal sealed class ByteLevelBpe
{
    private readonly Tokenizer native;

    private ByteLevelBpe(Tokenizer native) => this.native = native;

    public static ByteLevelBpe Load(TokenizerFile file, string name)
    {
        // The library reads a path only; the folder is private to this user and vanishes at once.
        var folder = Directory.CreateTempSubdirectory("transluce-tokenizer-");
        try
        {
            var path = Path.Combine(folder.FullName, "tokenizer.json");
            using (var stream = File.Create(path))
            {
                file.Write(stream);
            }

            return new ByteLevelBpe(new Tokenizer(path));
        }
        catch (TokenizerException exception)
        {
            throw new ArtifactException($"'{name}' was refused by the tokenizer library: {exception.Message}", exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public int[] Encode(string text)
    {
        var ids = new List<int>();
        foreach (var segment in TextSegments.Cut(TextSegments.WithoutLoneSurrogates(text)))
        {
            foreach (var id in native.Encode(segment))
            {
                ids.Add(checked((int)id));
            }
        }

        return [.. ids];
    }
}
