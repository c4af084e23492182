namespace Transluce.Batch.Tests;

/// <summary>Vectors and models made by other software, beside the checkout. Where they are absent a test skips and says so; CI has them.</summary>
internal static class SharedData
{
    /// <summary>Path below the shared folder; skips the calling test, loudly, where it is absent.</summary>
    public static string Require(string relative)
    {
        var path = Path.Combine(Root, relative);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"SKIPPED: '{path}' is absent; put the shared test data beside the checkout to run this test.");
        return path;
    }

    /// <summary>The repository's root: the nearest parent of the test program that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    private static string Root => Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    private static string FindRepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Transluce.Batch.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No parent of the test program holds Transluce.Batch.sln.");
    }
}
