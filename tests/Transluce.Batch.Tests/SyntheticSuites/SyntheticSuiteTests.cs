using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.SyntheticSuites;

public sealed class SyntheticSuiteTests
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "transcripts");

    [Fact]
    public void The_bundled_suite_is_what_the_generator_writes()
    {
        var suite = SyntheticSuiteGenerator.Generate(SyntheticSuiteSettings.Demo);
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1" && !IsCurrent(suite))
        {
            SyntheticSuiteFolder.Write(suite, Folder);
        }

        Assert.True(IsCurrent(suite), $"The logs in '{Folder}' are not those of the generator; run 'make accept' and review the change.");
    }

    [Fact]
    public void The_bundled_suite_stays_small()
        => Assert.InRange(Directory.GetFiles(Folder).Sum(f => new FileInfo(f).Length), 1, 400_000);

    [Fact]
    public void The_same_settings_give_the_same_suite()
    {
        var settings = new SyntheticSuiteSettings(5, Models: 2);

        Assert.Equal(Contents(SyntheticSuiteGenerator.Generate(settings)), Contents(SyntheticSuiteGenerator.Generate(settings)));
        Assert.NotEqual(Contents(SyntheticSuiteGenerator.Generate(settings)), Contents(SyntheticSuiteGenerator.Generate(settings with { Seed = 6 })));
    }

    [Fact]
    public void Evidence_lies_in_the_run_and_clean_runs_have_none()
    {
        foreach (var run in SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(7)).Runs)
        {
            Assert.Equal(run.Category == SyntheticSuite.Clean, run.EvidenceBlocks.Count == 0);
            Assert.All(run.EvidenceBlocks, block => Assert.InRange(block, 2, run.Messages.Count - 1));
            Assert.DoesNotContain(run.Messages, m => m.Text.Contains("{0}", StringComparison.Ordinal) || m.Text.Contains("{number}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_category_of_the_bundled_suite_has_at_least_five_runs_and_its_terms_in_the_evidence()
    {
        var suite = SyntheticSuiteGenerator.Generate(SyntheticSuiteSettings.Demo);
        foreach (var problem in SyntheticSuite.Problems.Where(p => SyntheticSuiteSettings.Demo.Categories!.Contains(p.Category)))
        {
            var runs = suite.Runs.Where(r => r.Category == problem.Category).ToList();
            Assert.True(runs.Count >= 5, problem.Category);
            var words = string.Join(' ', runs.SelectMany(r => r.EvidenceBlocks.Select(b => r.Messages[b].Text + " " + r.Messages[b].Error))).ToLowerInvariant();
            Assert.All(problem.Terms.Take(3), term => Assert.Contains(term, words, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Runs_with_and_without_a_problem_overlap_in_length()
    {
        var runs = SyntheticSuiteGenerator.Generate(new SyntheticSuiteSettings(8, Epochs: 4)).Runs.ToList();
        var clean = runs.Where(r => r.Category == SyntheticSuite.Clean).Average(r => r.Messages.Count);
        var planted = runs.Where(r => r.Category != SyntheticSuite.Clean).Average(r => r.Messages.Count);

        Assert.InRange(planted / clean, 0.75, 1.34);
    }

    private static bool IsCurrent(SyntheticSuite suite)
        => suite.Logs.All(log => File.Exists(Path.Combine(Folder, log.FileName)) && Members(Path.Combine(Folder, log.FileName)).SequenceEqual(EvalLogWriter.Members(log)))
           && File.Exists(Path.Combine(Folder, "truth.json")) && File.ReadAllText(Path.Combine(Folder, "truth.json")) == SyntheticSuiteFolder.Truth(suite)
           && File.Exists(Path.Combine(Folder, "terms.json")) && File.ReadAllText(Path.Combine(Folder, "terms.json")) == SyntheticSuiteFolder.Terms(suite);

    private static IEnumerable<KeyValuePair<string, string>> Members(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            yield return new(entry.FullName, reader.ReadToEnd());
        }
    }

    private static List<string> Contents(SyntheticSuite suite)
        => [.. suite.Logs.SelectMany(log => EvalLogWriter.Members(log).Select(m => m.Value)), JsonNode.Parse(SyntheticSuiteFolder.Truth(suite))!.ToJsonString()];
}
