using System.Reflection;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>Where the native libraries lie: <c>native/{backend}</c> in the program's folder or above it, or what <see cref="Variable"/> says.</summary>
internal static class LibtorchFolder
{
    /// <summary>Environment variable naming a folder with another libtorch 2.10, such as <c>site-packages/torch/lib</c>.</summary>
    public const string Variable = "TRANSLUCE_LIBTORCH";

    public const string ShimName = "libLibTorchSharp.so";

    /// <summary>What the build was made for: cpu, cuda or external.</summary>
    public static string Backend { get; } = typeof(LibtorchFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "TorchBackend").Value!;

    /// <summary>Folder of libtorch_cpu.so.</summary>
    public static string FindLibtorch()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(Path.Combine(named, "libtorch_cpu.so"))
                ? Path.GetFullPath(named)
                : throw new ArtifactException($"{Variable} is '{named}', but there is no libtorch_cpu.so in it. Name the folder that holds the .so files of libtorch 2.10.");
        }

        return Backend == "external"
            ? throw new ArtifactException($"This build brings no libtorch (TorchBackend=external). Set {Variable} to a folder that holds the .so files of libtorch 2.10.")
            : FindAbove("libtorch_cpu.so");
    }

    /// <summary>Folder of TorchSharp's own native library, which the build always brings.</summary>
    public static string FindShim() => FindAbove(ShimName);

    private static string FindAbove(string file)
    {
        // Published programs hold native/ themselves; built ones lie in {artifacts}/bin/{project}/{configuration}.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "native", Backend);
            if (File.Exists(Path.Combine(candidate, file)))
            {
                return candidate;
            }
        }

        throw new ArtifactException(
            $"No native/{Backend}/{file} in '{AppContext.BaseDirectory}' or a folder above it. Build the solution again, or set {Variable} to a folder that holds libtorch 2.10.");
    }
}
