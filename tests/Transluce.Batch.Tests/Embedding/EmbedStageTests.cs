using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts.Embedding;

namespace Transluce.Batch.Tests.Embedding;

public sealed class EmbedStageTests : IDisposable
{
    private readonly EmbedJob job = new();

    [Fact]
    public void Every_chunk_has_a_row_and_a_reason_where_it_has_no_vector()
    {
        var result = job.Run(["one", "", "bad", " \n", "one"], new CountingModel());

        Assert.Equal([null, "the chunk has no text", "it is bad", "the chunk has no text", null], result.Rows.Select(r => r.FailureReason));
        Assert.Equal([2, 0, 0, 0, 2], result.Rows.Select(r => r.Vector.Length));
        Assert.Equal((5L, 3L), (result.Stage.Counts["chunks"], result.Stage.Counts["withoutVector"]));
    }

    [Fact]
    public void Another_log_embeds_only_its_new_texts()
    {
        var model = new CountingModel();
        job.Run(["one", "two"], model);
        model.Asked.Clear();

        var result = job.Run(["two", "three", "one"], model);

        Assert.Equal(["three"], model.Asked);
        Assert.Equal((1, 2), (result.Measured("embedded"), result.Measured("fromCache")));
        Assert.Equal([3f, 5f, 3f], result.Rows.Select(r => r.Vector[0]));
    }

    [Fact]
    public void The_same_text_is_embedded_once_however_often_it_occurs()
    {
        var model = new CountingModel();

        job.Run([.. Enumerable.Repeat("again", 1000)], model);

        Assert.Equal(["again"], model.Asked);
    }

    [Fact]
    public void Rows_are_the_same_whether_or_not_vectors_were_cached()
    {
        string[] texts = [.. Enumerable.Range(0, 600).Select(i => $"text {i}")];
        var cold = job.Run(texts, new CountingModel());
        Directory.Delete(Path.Combine(job.Folder, "artifacts"), recursive: true);
        var warm = job.Run(texts, new CountingModel());
        Directory.Delete(Path.Combine(job.Folder, "artifacts"), recursive: true);
        Directory.Delete(Path.Combine(job.Folder, "cache"), recursive: true);
        var again = job.Run(texts, new CountingModel());

        Assert.Equal((600, 0, 600), (cold.Measured("embedded"), warm.Measured("embedded"), again.Measured("embedded")));
        string Manifest(EmbedResult result) => Convert.ToHexString(ArtifactJson.Serialize(Transluce.Batch.Artifacts.Manifest.Load(job.Store, "embed", result.Plan["embed"].Key)));
        Assert.Equal(Manifest(cold), Manifest(again));
        Assert.Equal(cold.Rows.Select(r => r.Vector), warm.Rows.Select(r => r.Vector));
        Assert.Equal(cold.Model, warm.Model);
        Assert.Equal(2, warm.Model!.Dimensions);
    }

    [Fact]
    public void Another_model_has_another_key_and_another_cache()
    {
        var first = job.Run(["one"], new CountingModel("one"));
        var model = new CountingModel("two");

        var second = job.Run(["one"], model);

        Assert.Equal(["one"], model.Asked);
        Assert.NotEqual(first.Plan["embed"].Key, second.Plan["embed"].Key);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(job.Folder, "cache")).Length);
    }

    [Fact]
    public void Another_version_of_the_code_has_another_key_and_another_cache()
    {
        var first = job.Run(["one"], new CountingModel());
        var model = new CountingModel(code: 2);

        var second = job.Run(["one"], model);

        Assert.Equal(["one"], model.Asked);
        Assert.NotEqual(first.Plan["embed"].Key, second.Plan["embed"].Key);
    }

    [Fact]
    public void A_cached_vector_of_another_length_is_made_anew()
    {
        using var shard = new SuiteShard();
        var model = new CountingModel();
        var provider = model.Open(shard);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("one"u8));
        shard.Cache.Keep(provider.Fingerprint, hash, new byte[12]);

        Assert.Equal([3f, 1f], Assert.Single(new CachedVectors(provider, shard).OfPassages(["one"], CancellationToken.None)));
    }

    [Fact]
    public void Questions_are_cached_apart_from_passages()
    {
        using var shard = new SuiteShard();
        var model = new CountingModel();
        for (var time = 0; time < 2; time++)
        {
            var vectors = new CachedVectors(model.Open(shard), shard);
            Assert.Equal([[3f, 2f], [5f, 2f]], vectors.OfQueries(["one", "three"], CancellationToken.None));
            Assert.Equal([[5f, 1f], [3f, 1f], [5f, 1f]], vectors.OfPassages(["three", "one", "three"], CancellationToken.None));
        }

        Assert.Equal(["one", "three", "three", "one"], model.Asked);
    }

    [Fact]
    public void A_damaged_cached_vector_is_made_anew()
    {
        job.Run(["one", "two"], new CountingModel());
        Directory.Delete(Path.Combine(job.Folder, "artifacts"), recursive: true);
        foreach (var file in Directory.GetFiles(Path.Combine(job.Folder, "cache"), "*", SearchOption.AllDirectories))
        {
            File.WriteAllText(file, "nonsense");
        }

        var result = job.Run(["one", "two"], new CountingModel());

        Assert.Equal(RunStatus.Succeeded, result.Stage.Failures.Count == 0 ? RunStatus.Succeeded : RunStatus.Failed);
        Assert.Equal([3f, 3f], result.Rows.Select(r => r.Vector[0]));
    }

    [Fact]
    public void A_real_model_embeds_chunks_in_the_pipeline()
    {
        var texts = MiniLm.Golden().Select(g => g.Text).Where(t => t.Trim().Length > 0).Take(10).ToList();

        var result = job.Run(texts, MiniLm.Model);

        Assert.All(result.Rows, r => Assert.Equal(384, r.Vector.Length));
        Assert.Equal(0, job.Run([.. texts.AsEnumerable().Reverse()], MiniLm.Model).Measured("embedded"));
    }

    public void Dispose() => job.Dispose();
}
