using System.Globalization;
using System.Text.RegularExpressions;
using Snapshooter.Xunit3;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>What the reading verbs say about a finished run.</summary>
[Collection(nameof(FinishedJob))]
public sealed partial class VerbTests(FinishedJob finished)
{
    [Fact]
    public void Plan_shows_stages_shards_and_costs_and_writes_nothing()
    {
        using var job = new TinyJob();
        var (code, output, error) = Run("plan", job.ConfigFile);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.False(Directory.Exists(job.StoreFolder));
        // Keys depend on the machine's numerics, times on its speed.
        var text = Times().Replace(Keys().Replace(output.Replace(job.StoreFolder, "STORE", StringComparison.Ordinal), "0123456789ab"), "TIME");
        Snapshot.Match(Padding().Replace(text, "  "));
    }

    [Fact]
    public void Plan_of_a_finished_run_has_nothing_left()
    {
        finished.Job.Write();
        var (code, output, _) = Run("plan", finished.Job.ConfigFile);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Nothing is left to do.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_names_scores_the_best_neurons_and_what_to_try_next()
    {
        var (code, output, error) = Run("summary", "--store", finished.Job.StoreFolder, "--run", finished.Record.RunId);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains(" of 192 polarities described", output, StringComparison.Ordinal);
        Assert.Contains("null: another neuron's description", output, StringComparison.Ordinal);
        Assert.Contains("The 10 best neurons", output, StringComparison.Ordinal);
        Assert.Contains("What to try next", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Neuron_shows_both_polarities_or_one()
    {
        var (code, output, error) = Run("neuron", "3", "17", "--store", finished.Job.StoreFolder, "--run", finished.Record.RunId);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("Layer 3, neuron 17", output, StringComparison.Ordinal);
        Assert.Contains("Polarity +1", output, StringComparison.Ordinal);
        Assert.Contains("Polarity -1", output, StringComparison.Ordinal);
        Assert.Contains('«', output);
        (code, output, _) = Run("neuron", "3", "17", "--polarity", "-1", "--split", "test", "--exemplars", "2", "--config", finished.Job.ConfigFile, "--run", finished.Record.RunId);
        Assert.Equal(ExitCode.Done, code);
        Assert.DoesNotContain("Polarity +1", output, StringComparison.Ordinal);
        Assert.Contains("strongest windows of test", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4", "0")]
    [InlineData("0", "24")]
    [InlineData("-1", "0")]
    public void A_neuron_that_is_not_there_is_refused_with_the_models_size(string layer, string neuron)
    {
        var (code, _, error) = Run("neuron", "--store", finished.Job.StoreFolder, "--run", finished.Record.RunId, "--", layer, neuron);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("4 layers of 24 neurons", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Artifacts_are_listed_shown_and_verified_and_damage_is_found()
    {
        using var job = new TinyJob();
        CopyFolder(Path.Combine(finished.Job.StoreFolder, "artifacts", "tokenize"), Path.Combine(job.StoreFolder, "artifacts", "tokenize"));
        Assert.Contains("complete", Run("artifacts", "list", "--store", job.StoreFolder).Output, StringComparison.Ordinal);
        Assert.Contains("\"recipe_key\"", Run("artifacts", "show", "tokenize/", "--store", job.StoreFolder).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Run("artifacts", "verify", "--store", job.StoreFolder).Code);

        var part = Directory.GetFiles(job.StoreFolder, "*.parquet", SearchOption.AllDirectories)[0];
        var bytes = File.ReadAllBytes(part);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(part);
        File.WriteAllBytes(part, bytes);
        var (code, output, _) = Run("artifacts", "verify", "tokenize/", "--store", job.StoreFolder);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(Path.GetFileName(part), output, StringComparison.Ordinal);
        Assert.Contains("DAMAGED", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, Run("artifacts", "show", "nothing/", "--store", job.StoreFolder).Code);
    }

    [Fact]
    public void Doctor_says_ready_or_what_to_mend()
    {
        var (code, output, _) = Run("doctor", finished.Job.ConfigFile);
        Assert.True(code == ExitCode.Done, output);
        Assert.Contains("dtype on cpu", output, StringComparison.Ordinal);
        Assert.Contains("4 layers of 24 neurons", output, StringComparison.Ordinal);

        using var job = new TinyJob();
        File.WriteAllText(job.ConfigFile, File.ReadAllText(job.ConfigFile).Replace("/model\n", "/modell\n", StringComparison.Ordinal));
        (code, output, _) = Run("doctor", job.ConfigFile);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("neurons.yaml:4", output, StringComparison.Ordinal);
        Assert.Contains("'model.path'", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_longer_than_the_window_is_refused_with_the_line()
    {
        using var job = new TinyJob();
        File.WriteAllText(job.ConfigFile, File.ReadAllText(job.ConfigFile).Replace("sequenceLength: 48", "sequenceLength: 4", StringComparison.Ordinal));
        var (code, _, error) = Run("run", job.ConfigFile);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("neurons.yaml:9: 'corpus.sequenceLength': the prefix alone has", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(job.StoreFolder));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var interruption = new Interruption(error);
        var code = CommandLine.Run(arguments, new Terminal(output, error, Colours: false, IsInteractive: false, Width: 120, TimeProvider.System), interruption);
        return (code, output.ToString(), error.ToString());
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [GeneratedRegex("[0-9a-f]{12}")]
    private static partial Regex Keys();

    [GeneratedRegex(@"[0-9.:]+ (s\b|min|h\b|days)|[0-9.]+ ?[kM]? tokens a second")]
    private static partial Regex Times();

    [GeneratedRegex("(  +)|(─+)")]
    private static partial Regex Padding();
}
