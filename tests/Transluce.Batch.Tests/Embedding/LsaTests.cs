using System.Numerics.Tensors;
using System.Security.Cryptography;
using TorchSharp;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Embedding.Lsa;

namespace Transluce.Batch.Tests.Embedding;

public sealed class LsaTests : IDisposable
{
    private static readonly string[][] Topics =
    [
        ["the module cannot be imported", "no module named pandas", "importing numpy fails, the module is missing", "install the missing module first"],
        ["the request timed out after thirty seconds", "connection timed out", "no answer from the host, the request timed out", "the host gives no answer in time"],
        ["no such file or directory", "the file is not in this directory", "cannot open the file, no such directory", "list the directory to find the file"],
    ];

    private readonly EmbedJob job = new();

    [Fact]
    public void Texts_about_one_thing_are_closer_than_others()
    {
        var vectors = Embed([.. Topics.SelectMany(t => t)], new LsaOptions { Dimensions = 3, MinTexts = 1 }).Rows.Select(r => r.Vector).ToList();

        double Mean(Func<int, int, bool> pairs) => Enumerable.Range(0, 12)
            .SelectMany(i => Enumerable.Range(0, 12).Where(j => i < j && pairs(i / 4, j / 4)).Select(j => TensorPrimitives.Dot(vectors[i], vectors[j])))
            .Average();
        Assert.True(Mean((a, b) => a == b) > Mean((a, b) => a != b) + 0.3);
        Assert.All(vectors, v => Assert.InRange(TensorPrimitives.Norm(v), 0.99999f, 1.00001f));
    }

    [Fact]
    public void Later_texts_are_projected_through_the_given_model_and_their_unseen_words_counted()
    {
        var fitted = new GivenChunksStage([.. Topics.SelectMany(t => t)]);
        var fit = new LsaFitStage([fitted], new LsaOptions { MinTexts = 1 });

        var result = job.Run(fitted, new LsaModel(fit), [fit]);

        Assert.Equal(0, result.Stage.Counts[LsaModel.UnseenCount]);
        Assert.Equal(("lsa", result.Plan["fit-lsa"].Key, "sum", true), (result.Model!.Provider, result.Model.Model, result.Model.Pooling, result.Model.Normalised));
        Assert.Equal(result.Rows[0].Vector.Length, result.Model.Dimensions);
        var model = new LsaComponents("key", new ArtifactReader(job.Store, "fit-lsa", result.Plan["fit-lsa"].Key).Read<LsaFeatureRow>());
        var provider = new LsaProvider(model);
        var vectors = provider.Embed(["the module zyzzyva", "qwerty uiop", "漢字"], CancellationToken.None);
        Assert.Equal([model.Dimensions, 0, 0], vectors.Select(v => v.Length));
        Assert.Equal((7, 5), (provider.Counts[LsaModel.WordCount], provider.Counts[LsaModel.UnseenCount]));
    }

    [Fact]
    public void Task_texts_are_not_fitted_but_their_words_are_counted()
    {
        var rows = GivenChunksStage.Rows(["the file is gone", "the file is here", "please find the zebra"]).Select((r, i) => r with { Kind = i == 2 ? "user" : "turn" }).ToList();
        var fit = new LsaFit(new LsaOptions { MinTexts = 2 });

        var model = fit.Fit(() => rows, CancellationToken.None).ToList();

        Assert.Equal(WordFeatures.Of("the file is").All.Select(f => f.Feature), model.Select(r => r.Feature));
        Assert.Equal((2, 12L, 5L), (fit.Texts, fit.Words, fit.UnseenWords));
    }

    [Fact]
    public void A_fit_has_the_same_bytes_at_any_number_of_threads()
    {
        var random = new Random(5);
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => string.Join(' ', Enumerable.Range(0, 30).Select(_ => $"w{(int)(200 * Math.Pow(random.NextDouble(), 2))}")))];
        var before = torch.get_num_threads();
        var hashes = new List<string>();
        foreach (var threads in (int[])[1, 2, 4])
        {
            torch.set_num_threads(threads);
            var rows = new LsaFit(new LsaOptions()).Fit(() => GivenChunksStage.Rows(texts), CancellationToken.None);
            hashes.Add(Convert.ToHexString(SHA256.HashData([.. rows.SelectMany(r => r.Component).SelectMany(BitConverter.GetBytes)])));
        }

        torch.set_num_threads(before);
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void The_leading_vectors_are_those_of_a_full_decomposition()
    {
        var random = new Random(3);
        var (rows, columns) = (60, 40);
        var sparse = new SparseMatrix(columns);
        var dense = new double[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            var entries = Enumerable.Range(0, columns).Where(_ => random.NextDouble() < 0.2).Select(c => (c, random.NextDouble() * (c < 5 ? 4 : 1))).ToList();
            entries.ForEach(e => dense[(row * columns) + e.c] = e.Item2);
            sparse.AddRow(entries);
        }

        var vectors = TruncatedSvd.RightVectors(sparse, 5, seed: 1);

        using var scope = torch.NewDisposeScope();
        var (_, _, vh) = torch.linalg.svd(torch.tensor(dense, [rows, columns], dtype: torch.ScalarType.Float64));
        var expected = vh.data<double>().ToArray();
        for (var component = 0; component < 5; component++)
        {
            var cosine = Enumerable.Range(0, columns).Sum(c => vectors.Row(c)[component] * expected[(component * columns) + c]);
            Assert.InRange(Math.Abs(cosine), 0.999999, 1.000001);
        }
    }

    [Fact]
    public void A_suite_without_words_fits_an_empty_model()
    {
        var result = Embed(["", "!!!", "?"], new LsaOptions());

        Assert.All(result.Rows, r => Assert.Empty(r.Vector));
        Assert.Equal("the model knows no word of the text", result.Rows[1].FailureReason);
    }

    [Fact]
    public void Features_are_hashed_alike_on_every_machine()
    {
        var features = WordFeatures.Of("No such FILE, no such file: x 漢字");

        Assert.Equal(8, features.Words.Count);
        Assert.Equal(WordFeatures.Of("no such file no such file 漢 字").All, features.All);
        Assert.Equal([(743206273, 1), (1331740649, 1), (1981727576, 1)], WordFeatures.Of("no such").All);
    }

    public void Dispose() => job.Dispose();

    private EmbedResult Embed(IReadOnlyList<string> texts, LsaOptions options)
    {
        var chunk = new GivenChunksStage(texts);
        var fit = new LsaFitStage([chunk], options);
        return job.Run(chunk, new LsaModel(fit), [fit]);
    }
}
