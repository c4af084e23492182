using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

public sealed class FileSystemStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FileSystemStore store;

    public FileSystemStoreTests() => store = new FileSystemStore(folder.File("store"));

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void An_object_is_created_once_and_an_equal_one_is_accepted()
    {
        Assert.True(store.PutIfAbsent("artifacts/a/b.json", "one"u8));
        Assert.False(store.PutIfAbsent("artifacts/a/b.json", "one"u8));
        Assert.True(store.Exists("artifacts/a/b.json"));
        using var reader = new StreamReader(store.OpenRead("artifacts/a/b.json"));
        Assert.Equal("one", reader.ReadToEnd());
    }

    [Fact]
    public void A_loser_with_other_bytes_is_an_error_that_names_both_hashes()
    {
        store.PutIfAbsent("artifacts/a", "one"u8);

        var error = Assert.Throws<ArtifactException>(() => store.PutIfAbsent("artifacts/a", "two"u8));

        Assert.Contains("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", error.Message, StringComparison.Ordinal);
        Assert.Contains("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_a_scratch_folder_is_published_without_a_copy()
    {
        var scratch = store.CreateScratchFolder();
        var local = Path.Combine(scratch, "part.parquet");
        File.WriteAllText(local, "content");

        Assert.True(store.PutIfAbsent("artifacts/a/part.parquet", local));
        Directory.Delete(scratch, recursive: true);

        Assert.Equal("content", File.ReadAllText(folder.File("store/artifacts/a/part.parquet")));
    }

    [Fact]
    public void A_file_from_elsewhere_is_copied()
    {
        File.WriteAllText(folder.File("local"), "content");

        Assert.True(store.PutIfAbsent("artifacts/a", folder.File("local")));
        File.WriteAllText(folder.File("local"), "changed");

        Assert.Equal("content", File.ReadAllText(folder.File("store/artifacts/a")));
    }

    [Fact]
    public async Task Many_writers_of_one_object_leave_one_winner()
    {
        var created = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 32), new ParallelOptions { MaxDegreeOfParallelism = 8 }, (_, _) =>
        {
            if (store.PutIfAbsent("artifacts/race", "same"u8))
            {
                Interlocked.Increment(ref created);
            }

            return ValueTask.CompletedTask;
        });

        Assert.Equal(1, created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("artifacts/../../x")]
    [InlineData("artifacts//x")]
    [InlineData("artifacts/./x")]
    [InlineData("artifacts/.hidden")]
    [InlineData("artifacts\\x")]
    [InlineData("artifacts/a\nb")]
    public void Paths_that_could_leave_the_store_are_refused(string path)
        => Assert.Throws<ArtifactException>(() => store.PutIfAbsent(path, "x"u8));

    [Fact]
    public void A_symbolic_link_out_of_the_store_is_refused_and_not_listed()
    {
        Directory.CreateDirectory(folder.File("outside"));
        File.WriteAllText(folder.File("outside/secret"), "secret");
        Directory.CreateDirectory(folder.File("store/artifacts"));
        Directory.CreateSymbolicLink(folder.File("store/artifacts/link"), folder.File("outside"));

        Assert.Throws<ArtifactException>(() => store.OpenRead("artifacts/link/secret"));
        Assert.Throws<ArtifactException>(() => store.PutIfAbsent("artifacts/link/new", "x"u8));
        Assert.Empty(store.List("artifacts"));
    }

    [Fact]
    public void Replace_changes_files_of_runs_only()
    {
        store.Replace("runs/r/run.json", "one"u8);
        store.Replace("runs/r/run.json", "two"u8);

        Assert.Equal("two", File.ReadAllText(folder.File("store/runs/r/run.json")));
        Assert.Throws<InvalidOperationException>(() => store.Replace("artifacts/a", "x"u8));
    }

    [Fact]
    public void Listing_is_sorted_by_ordinal_and_shows_no_attempts()
    {
        store.CreateScratchFolder();
        store.PutIfAbsent("artifacts/b", "x"u8);
        store.PutIfAbsent("artifacts/B", "x"u8);
        store.PutIfAbsent("artifacts/a/c", "x"u8);

        Assert.Equal(["artifacts/B", "artifacts/a/c", "artifacts/b"], store.List("artifacts"));
        Assert.Empty(store.List("nothing"));
    }

    [Fact]
    public void Leftovers_of_dead_processes_are_removed_and_those_of_living_ones_stay()
    {
        using var living = new FileSystemStore(folder.File("store"));
        var scratch = living.CreateScratchFolder();
        Directory.CreateDirectory(folder.File("store/.attempts/dead/scratch"));
        File.WriteAllText(folder.File("store/.attempts/dead/scratch/part"), "12345");

        Assert.Equal(5, store.RemoveLeftovers());

        Assert.True(Directory.Exists(scratch));
        Assert.False(Directory.Exists(folder.File("store/.attempts/dead")));
    }

    [Fact]
    public void A_missing_object_is_named()
    {
        var error = Assert.Throws<ArtifactException>(() => store.OpenRead("artifacts/none"));

        Assert.Contains("artifacts/none' does not exist", error.Message, StringComparison.Ordinal);
    }
}
