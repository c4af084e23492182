using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Transcripts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Which files of a folder are the suite's.</summary>
public sealed class SuiteFolderTests
{
    [Fact]
    public void A_link_to_a_folder_is_not_followed_and_a_link_to_a_file_is_that_file()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        Directory.CreateDirectory(Path.Combine(suite, "a", "b"));
        File.WriteAllText(Path.Combine(suite, "a", "one"), "1");
        File.WriteAllText(elsewhere.File("two"), "2");
        Directory.CreateDirectory(elsewhere.File("more"));
        File.WriteAllText(Path.Combine(elsewhere.File("more"), "three"), "3");
        Directory.CreateSymbolicLink(Path.Combine(suite, "a", "b", "up"), Path.Combine(suite, "a"));
        Directory.CreateSymbolicLink(Path.Combine(suite, "more"), elsewhere.File("more"));
        File.CreateSymbolicLink(Path.Combine(suite, "linked"), elsewhere.File("two"));

        var files = SuiteFolder.List(suite, TimeProvider.System, CancellationToken.None);

        Assert.Equal(["a/one", "linked"], files.SelectMany(file => file.Names).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_named()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("dangling"), folder.File("gone"));

        var error = Assert.Throws<ArtifactException>(() => SuiteFolder.List(folder.Path, TimeProvider.System, CancellationToken.None));

        Assert.Contains("dangling", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_a_log_is_decided_by_the_limits_it_will_be_read_with()
    {
        using var folder = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        File.WriteAllText(Path.Combine(suite, "log"), """{"version":2,"eval":{"eval_id":"e"},"samples":[]}""");
        File.WriteAllText(Path.Combine(suite, "other"), $$"""{"x":"{{new string('x', 2_000_000)}}"}""");

        Assert.Equal(["log"], Logs(""));
        Assert.Equal(["log", "other"], Logs("ingest: { entryBytes: 1048576 }"));

        IEnumerable<string> Logs(string line)
        {
            File.WriteAllText(folder.File("job.yaml"), $"job: eval-reprocessing\nstore: {folder.File("store")}\nsuite: {{ path: suite }}\n{line}\n");
            return PreparedJob.Read(folder.File("job.yaml")).Config["suite"]!["files"]!.AsArray()
                .Where(file => file!["isLog"]!.GetValue<bool>()).Select(file => file!["names"]![0]!.GetValue<string>()).Order(StringComparer.Ordinal);
        }
    }
}
