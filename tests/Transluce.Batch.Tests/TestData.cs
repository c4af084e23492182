namespace Transluce.Batch.Tests;

/// <summary>Test data of the repository, under <c>tests/data</c>: always there, so no test that needs only these skips.</summary>
internal static class TestData
{
    /// <summary>Path of a file or folder below <c>tests/data</c>.</summary>
    /// <exception cref="FileNotFoundException">There is none: the name is wrong or the checkout is incomplete.</exception>
    public static string Of(string relative)
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "tests", "data", relative);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"Test data '{path}' is absent; 'git status' shows whether the checkout is complete.", path);
    }
}
