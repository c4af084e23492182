using System.Text.RegularExpressions;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>A source of the configuration with the files it stands for.</summary>
/// <param name="Name">In the sequences table and in messages; no two sources share one.</param>
/// <param name="Format">What the configuration says the files are.</param>
/// <param name="Weight">Share of windows relative to the other sources.</param>
/// <param name="Files">Full paths, in ordinal order of their paths below the source.</param>
public sealed record ResolvedSource(string Name, SourceFormat Format, double Weight, IReadOnlyList<string> Files)
{
    private const string Prefix = "corpus/";

    /// <summary>Finds the files of every source.</summary>
    /// <param name="sources">As configured.</param>
    /// <param name="baseFolder">What relative paths are relative to: the configuration file's folder.</param>
    /// <exception cref="ArtifactException">A path, folder or pattern holds no file, or two sources have one name.</exception>
    public static IReadOnlyList<ResolvedSource> Resolve(IReadOnlyList<CorpusSource> sources, string baseFolder)
    {
        var resolved = sources.Select(source => new ResolvedSource(NameOf(source), source.Format, source.Weight, Find(source.Path, baseFolder))).ToArray();
        var twice = resolved.GroupBy(source => source.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? resolved
            : throw new ArtifactException($"Two corpus sources are called '{twice.Key}'; give each a 'name' of its own in corpus.sources.");
    }

    /// <summary>Every file of every source by its name in keys. Reads every file once.</summary>
    public static IReadOnlyDictionary<string, HashedFile> Hash(IReadOnlyList<ResolvedSource> sources, TimeProvider clock)
        => Paths(sources).ToDictionary(file => file.Name, file => HashedFile.Of(file.Path, clock), StringComparer.Ordinal);

    /// <summary>The same from a plan, without reading a file.</summary>
    /// <param name="sources">As they are found now.</param>
    /// <param name="planned">Fingerprints of the planned stage, others among them.</param>
    /// <exception cref="ArtifactException">A file was added or is gone.</exception>
    public static IReadOnlyDictionary<string, HashedFile> Planned(IReadOnlyList<ResolvedSource> sources, IReadOnlyDictionary<string, string> planned)
    {
        var files = Paths(sources).ToDictionary(file => file.Name, file => file.Path, StringComparer.Ordinal);
        var changed = planned.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !files.ContainsKey(name)).Select(name => $"'{name}' is gone")
            .Concat(files.Keys.Where(name => !planned.ContainsKey(name)).Select(name => $"'{name}' is new")).Order(StringComparer.Ordinal).FirstOrDefault();
        return changed is null
            ? files.ToDictionary(file => file.Key, file => new HashedFile(file.Value, planned[file.Key], FileLength.Of(file.Value), Modified: null), StringComparer.Ordinal)
            : throw new ArtifactException($"The corpus changed since the run was planned: {changed}. Put back what there was, or run again, which plans what there is now.");
    }

    private static IEnumerable<(string Name, string Path)> Paths(IReadOnlyList<ResolvedSource> sources)
        => sources.SelectMany(source => source.Files.Select((file, i) => ($"{Prefix}{source.Name}/{i:D5}/{Path.GetFileName(file)}", file)));

    private static string NameOf(CorpusSource source) => source.Name ?? Path.GetFileName(source.Path.TrimEnd('/'));

    private static string[] Find(string path, string baseFolder)
    {
        var full = Path.GetFullPath(path, baseFolder);
        if (File.Exists(full))
        {
            return [full];
        }

        var pattern = full.IndexOfAny(['*', '?']);
        var folder = pattern < 0 ? full : full[..full.LastIndexOf('/', pattern)];
        if (!Directory.Exists(folder.Length == 0 ? "/" : folder))
        {
            throw new ArtifactException($"Corpus source '{path}': '{(pattern < 0 ? full : folder)}' does not exist. Paths are relative to the configuration file; expected a file, a folder or a pattern such as 'data/*.parquet'.");
        }

        // Hidden files are checkpoints and locks of whatever wrote the folder.
        var glob = Glob(pattern < 0 ? "**/*" : full[(folder.Length + 1)..]);
        var files = Directory.EnumerateFiles(folder.Length == 0 ? "/" : folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false })
            .Where(file => glob.IsMatch(file[(folder.Length + 1)..]))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return files.Length > 0 ? files : throw new ArtifactException($"Corpus source '{path}' holds no file: nothing matches '{full}'.");
    }

    /// <summary><c>**</c> spans folders, <c>*</c> and <c>?</c> stay within one.</summary>
    private static Regex Glob(string pattern) => new(
        "^" + Regex.Escape(pattern)
            .Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", "[^/]", StringComparison.Ordinal) + "$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
