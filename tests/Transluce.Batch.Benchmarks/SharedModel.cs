using System.Diagnostics;

namespace Transluce.Batch.Benchmarks;

/// <summary>The real model and the study that the benchmarks measure on, beside the checkout.</summary>
internal static class SharedModel
{
    /// <summary>The folder of shared data.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Root { get; } = Find();

    /// <summary>SmolLM2-135M-Instruct as a Hugging Face folder, unpacked once below the build output (needs Debian's python3-numpy).</summary>
    public static string Folder()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Root)!, Path.GetFileName(RepositoryRoot), "artifacts", "models", "smollm2-135m-instruct");
        if (!File.Exists(Path.Combine(folder, "config.json")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3") { ArgumentList = { Path.Combine(Root, "models", "smollm2-135m-instruct", "unpack.py"), folder } })!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"unpack.py ended with {process.ExitCode}; it needs numpy: apt-get install python3-numpy.");
            }
        }

        return folder;
    }

    private static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Transluce.Batch.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new DirectoryNotFoundException("No parent of the program holds Transluce.Batch.sln.");
        }
    }

    private static string Find()
    {
        var shared = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));
        return Directory.Exists(shared) ? shared : throw new DirectoryNotFoundException($"'{shared}' is absent: these benchmarks need the shared model and study beside the checkout.");
    }
}
