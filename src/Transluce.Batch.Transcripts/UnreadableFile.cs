using System.ComponentModel;
using System.Globalization;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts;

/// <summary>Something in a suite's folder that cannot be read and is left out.</summary>
public sealed record UnreadableFile
{
    private const int Shown = 5;
    private const int NameCharacters = 60;

    [Description("Where it lies below the folder; a folder ends with a slash. Hostile text.")]
    public required string Name { get; init; }

    [Description("Why it cannot be read.")]
    public required string Reason { get; init; }

    /// <summary>The first ones with their reasons, in one line that can be shown.</summary>
    public static string Listed(IReadOnlyList<UnreadableFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var shown = string.Join(", ", files.Take(Shown).Select(file => $"{InertText.Of(file.Name, NameCharacters)} ({file.Reason})"));
        return files.Count <= Shown ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {files.Count - Shown} more");
    }
}
