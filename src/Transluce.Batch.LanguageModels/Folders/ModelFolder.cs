using System.Text.RegularExpressions;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>Where a model lies on this machine.</summary>
public static partial class ModelFolder
{
    /// <summary>A folder relative to <paramref name="baseFolder"/>, or the snapshot of a model in the local Hugging Face cache.</summary>
    /// <param name="nameOrPath">For example <c>models/mine</c> or <c>meta-llama/Llama-3.1-8B-Instruct</c>.</param>
    /// <param name="baseFolder">What a relative path starts from.</param>
    /// <param name="hubCache">The Hugging Face cache, or null for <see cref="HubCache"/>.</param>
    /// <exception cref="ArtifactException">Neither exists; the message says how to download it.</exception>
    public static string Resolve(string nameOrPath, string baseFolder, string? hubCache = null)
    {
        var folder = Path.GetFullPath(Path.Combine(baseFolder, nameOrPath));
        if (Directory.Exists(folder))
        {
            return folder;
        }

        if (!HubName().IsMatch(nameOrPath))
        {
            throw new ArtifactException($"There is no model folder '{folder}'.");
        }

        var cached = Path.Combine(hubCache ?? HubCache(), "models--" + nameOrPath.Replace("/", "--", StringComparison.Ordinal));
        return Snapshot(cached) ?? throw new ArtifactException(
            $"Model '{nameOrPath}' is neither a folder ('{folder}') nor in the Hugging Face cache ('{cached}'). Download it: hf download {nameOrPath}");
    }

    /// <summary>The cache's folder, by the rules of huggingface_hub: HF_HUB_CACHE, else HF_HOME/hub, else XDG_CACHE_HOME or ~/.cache.</summary>
    public static string HubCache()
    {
        if (Variable("HF_HUB_CACHE") is { } cache)
        {
            return cache;
        }

        var home = Variable("HF_HOME") ?? Path.Combine(
            Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface");
        return Path.Combine(home, "hub");
    }

    private static string? Snapshot(string cached)
    {
        var reference = Path.Combine(cached, "refs", "main");
        if (File.Exists(reference))
        {
            var snapshot = Path.Combine(cached, "snapshots", File.ReadAllText(reference).Trim());
            return Directory.Exists(snapshot) ? snapshot : null;
        }

        // Downloaded at a fixed revision: no reference, and no doubt as long as there is only one.
        var snapshots = Path.Combine(cached, "snapshots");
        return Directory.Exists(snapshots) && Directory.GetDirectories(snapshots) is [var only] ? only : null;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)?$")]
    private static partial Regex HubName();
}
