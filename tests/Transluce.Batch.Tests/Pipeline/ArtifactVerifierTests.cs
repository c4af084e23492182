using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Pipeline;

public sealed class ArtifactVerifierTests : IDisposable
{
    private readonly ToyJob job = new();
    private readonly string key;

    public ArtifactVerifierTests() => key = job.Run(new NumbersStage(100, 3)).Stages[0].Key;

    public void Dispose() => job.Dispose();

    [Fact]
    public void A_whole_artifact_has_no_differences() => Assert.Empty(Verify());

    [Fact]
    public void Every_difference_is_reported_at_once()
    {
        var first = File(ArtifactPaths.Part("write-numbers", key, "toy_numbers", 0));
        FlipABit(first);
        System.IO.File.Delete(File(ArtifactPaths.Part("write-numbers", key, "toy_numbers", 1)));
        System.IO.File.AppendAllText(File(ArtifactPaths.Part("write-numbers", key, "toy_notes", 2)), "tail");
        System.IO.File.WriteAllText(File(ArtifactPaths.Completion("write-numbers", key, 1)), "{");
        System.IO.File.WriteAllText(File($"{ArtifactPaths.Artifact("write-numbers", key)}/toy_notes/part-00009.parquet"), "stranger");

        var differences = Verify();

        Assert.Equal(5, differences.Count);
        Assert.Contains("done/00001.json' is not a valid CompletionRecord", differences[0], StringComparison.Ordinal);
        Assert.EndsWith($"{new FileInfo(File(ArtifactPaths.Part("write-numbers", key, "toy_notes", 2))).Length} bytes; expected {new FileInfo(File(ArtifactPaths.Part("write-numbers", key, "toy_notes", 2))).Length - 4}", differences[1], StringComparison.Ordinal);
        Assert.EndsWith("part-00009.parquet: not in the manifest", differences[2], StringComparison.Ordinal);
        Assert.Contains("toy_numbers/part-00000.parquet: has SHA-256", differences[3], StringComparison.Ordinal);
        Assert.EndsWith("toy_numbers/part-00001.parquet: missing", differences[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"stage\": \"write-numbers\"}")]
    public void A_damaged_manifest_is_one_difference_that_says_what_to_do(string content)
    {
        System.IO.File.WriteAllText(File(ArtifactPaths.Manifest("write-numbers", key)), content);

        var difference = Assert.Single(Verify());

        Assert.Contains("manifest.json' is not a valid Manifest", difference, StringComparison.Ordinal);
        Assert.EndsWith("Delete it and run again.", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_cut_off_anywhere_is_a_difference_and_deleting_it_repairs_the_artifact()
    {
        var path = File(ArtifactPaths.Manifest("write-numbers", key));
        var whole = System.IO.File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length - 2; length += 97)
        {
            System.IO.File.WriteAllBytes(path, whole[..length]);
            Assert.NotEmpty(Verify());
        }

        System.IO.File.Delete(path);
        job.Run(new NumbersStage(100, 3), second: 1);
        Assert.Equal(whole, System.IO.File.ReadAllBytes(path));
    }

    [Fact]
    public void A_manifest_moved_to_another_key_is_refused()
    {
        var other = new string('0', 64);
        var content = System.IO.File.ReadAllBytes(File(ArtifactPaths.Manifest("write-numbers", key)));
        job.Store.PutIfAbsent(ArtifactPaths.Manifest("write-numbers", other), content);

        var error = Assert.Throws<ArtifactException>(() => Manifest.Load(job.Store, "write-numbers", other));

        Assert.Contains("not the one it lies in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_artifact_is_checked_by_its_records()
    {
        System.IO.File.Delete(File(ArtifactPaths.Manifest("write-numbers", key)));
        System.IO.File.Delete(File(ArtifactPaths.Completion("write-numbers", key, 2)));
        Assert.Empty(Verify());

        FlipABit(File(ArtifactPaths.Part("write-numbers", key, "toy_numbers", 0)));
        Assert.Single(Verify());
    }

    private static void FlipABit(string path)
    {
        var bytes = System.IO.File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        System.IO.File.Delete(path);
        System.IO.File.WriteAllBytes(path, bytes);
    }

    private string File(string path) => Path.Combine(job.Folder, path);

    private IReadOnlyList<string> Verify() => ArtifactVerifier.Verify(job.Store, "write-numbers", key, CancellationToken.None);
}
