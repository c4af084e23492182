using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>The bundled suite as <c>make demo-transcripts</c> runs it, and a hostile one.</summary>
public sealed class DemoTranscriptsTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_planted_problem_of_the_bundled_suite_has_a_cluster_of_its_own_and_every_citation_resolves()
    {
        using var folder = new TemporaryFolder();
        var demo = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo");
        var config = folder.File("transcripts.yaml");
        File.WriteAllText(config, File.ReadAllText(Path.Combine(demo, "transcripts.yaml"))
            .Replace("path: transcripts", $"path: {demo}/transcripts", StringComparison.Ordinal)
            .Replace("store: store", $"store: {folder.File("store")}", StringComparison.Ordinal));
        var (code, text) = Jobs.TinyJob.Start("run", config);
        Assert.True(code == 0, text);

        using var store = new FileSystemStore(folder.File("store"));
        var plan = RunPlan.Load(store, Path.GetFileName(Assert.Single(Directory.GetDirectories(folder.File("store/runs")))));
        var labels = new ArtifactReader(store, "label", plan["label"].Key);
        var keywords = labels.Read<ClusterLabelRow>().ToDictionary(label => label.ClusterId, label => label.Keywords);
        var leaves = new ArtifactReader(store, "cluster", plan["cluster"].Key).Read<ClusterRow>().Where(cluster => cluster.Level == 0).ToArray();
        Assert.True(leaves.Length >= 6, $"{leaves.Length} clusters");

        using var terms = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(demo, "transcripts", "terms.json")));
        var met = new List<int>();
        foreach (var category in terms.RootElement.EnumerateObject())
        {
            var wanted = category.Value.EnumerateArray().Select(term => term.GetString()!).ToHashSet(StringComparer.Ordinal);
            var best = leaves.MaxBy(leaf => keywords[leaf.ClusterId].Count(wanted.Contains))!;
            output.WriteLine($"{category.Name}: cluster {best.ClusterId}, {string.Join(", ", keywords[best.ClusterId])}");
            Assert.True(keywords[best.ClusterId].Count(wanted.Contains) >= 2, $"no cluster is about {category.Name}: the nearest has the keywords {string.Join(", ", keywords[best.ClusterId])}");
            met.Add(best.ClusterId);
        }

        Assert.Equal(met.Count, met.Distinct().Count());
        var citations = labels.Read<CitationRow>().ToArray();
        Assert.True(citations.Length >= leaves.Length);
        Assert.All(citations, citation => Assert.True(citation.Valid, $"{citation.OwnerId}, citation {citation.CitationIndex}: {citation.Quote}"));
    }

    [Fact]
    public void A_hostile_transcript_prints_inert_and_is_intact_in_the_tables()
    {
        const string hostile = "<script>alert(1)</script> \u202Edesrever\u202C \u001b[31mred\u001b[0m \u0000nul \u0007bell [link](javascript:x)";
        using var job = new SuiteJob();
        WriteLog(Path.Combine(job.SuiteFolder, "\u001b[2J evil <b>.eval"), hostile);
        job.Write();
        job.Run();
        var printed = job.Print("clusters", "--all");
        Assert.DoesNotContain(printed, character => char.IsControl(character) && character is not '\n');
        Assert.DoesNotContain('\u202e', printed);
        Assert.Contains("<script>alert(1)</script>", printed, StringComparison.Ordinal);

        using var store = new FileSystemStore(job.StoreFolder);
        var ingest = RunPlan.Load(store, job.Runs[^1]).Stages.Single(stage => stage.Stage == "ingest");
        Assert.Contains(new ArtifactReader(store, "ingest", ingest.Key).Read<BlockRow>(), block => block.Text == hostile);
    }

    private static void WriteLog(string path, string text)
    {
        var header = new { version = 2, status = "success", eval = new { eval_id = "e1", run_id = "r1", task = text, task_id = "t1", task_version = 0, model = text, created = "2026-01-01T00:00:00+00:00", dataset = new { }, config = new { } } };
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Entry("header.json", header);
        for (var i = 0; i < 6; i++)
        {
            Entry($"samples/{i}\u001b[1m_epoch_1.json", new
            {
                id = $"{i}{text}",
                epoch = 1,
                input = text,
                target = "",
                uuid = $"u{i}",
                messages = new object[] { new { role = "user", content = text }, new { role = "assistant", content = text, model = text }, new { role = "assistant", content = $"{text} again {i}" } },
                scores = new { match = new { value = "I" } },
            });
        }

        void Entry(string name, object content)
        {
            using var stream = archive.CreateEntry(name).Open();
            stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(content)));
        }
    }
}
