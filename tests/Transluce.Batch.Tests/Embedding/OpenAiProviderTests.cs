using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Services;
using Transluce.Batch.Transcripts.Embedding.OpenAi;

namespace Transluce.Batch.Tests.Embedding;

public sealed class OpenAiProviderTests : IDisposable
{
    private const string KeyVariable = "TRANSLUCE_BATCH_TEST_EMBEDDINGS_KEY";

    private readonly EmbeddingsService service = new();
    private readonly HastyClock clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Texts_go_out_in_batches_and_vectors_come_back_in_order_with_length_one(bool floats)
    {
        service.AlwaysFloats = floats;
        var provider = Model(o => o with { BatchTexts = 4 }).Open();

        var vectors = provider.Embed([.. Enumerable.Range(0, 10).Select(i => new string('x', i + 1))], CancellationToken.None);

        Assert.Equal([4, 4, 2], service.Calls.Select(c => c.Texts.Length));
        Assert.All(service.Calls, c => Assert.Equal(("/v1/embeddings", "tiny"), (c.Path, c.Model)));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)((i + 1) / Math.Sqrt(((i + 1) * (i + 1)) + 1))), vectors.Select(v => v[0]));
        Assert.Equal(3, provider.Dimensions);
    }

    [Fact]
    public void The_key_comes_from_the_environment_and_stands_in_no_key_or_message()
    {
        Environment.SetEnvironmentVariable(KeyVariable, "very-secret");
        try
        {
            var model = Model();
            model.Open().Embed(["a"], CancellationToken.None);
            service.Failures.Enqueue(401);
            var error = Assert.Throws<ArtifactException>(() => model.Open().Embed(["b"], CancellationToken.None));

            Assert.Equal("Bearer very-secret", service.Calls[0].Authorization);
            Assert.Contains(KeyVariable, error.Message);
            Assert.DoesNotContain("secret", error.ToString());
            Assert.DoesNotContain("secret", model.Options.ToJsonString());
        }
        finally
        {
            Environment.SetEnvironmentVariable(KeyVariable, null);
        }
    }

    [Fact]
    public void A_busy_service_is_asked_again_after_growing_pauses()
    {
        foreach (var status in (int[])[429, 503, 500])
        {
            service.Failures.Enqueue(status);
        }

        Assert.Single(Model().Open().Embed(["a"], CancellationToken.None));

        Assert.Equal(4, service.Calls.Count);
        Assert.Equal([1, 2, 4], clock.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public void A_pause_the_service_asks_for_is_kept()
    {
        service.Failures.Enqueue(429);
        service.RetryAfter = "17";

        Model().Open().Embed(["a"], CancellationToken.None);

        Assert.Equal([17], clock.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public void A_service_that_stays_away_fails_the_shard_with_what_to_do()
    {
        service.Dispose();

        var error = Assert.Throws<ArtifactException>(() => Model(o => o with { Attempts = 3 }).Open().Embed(["a"], CancellationToken.None));

        Assert.Contains("3 attempts", error.Message);
        Assert.Contains("run again", error.Message);
        Assert.Equal(2, clock.Waits.Count);
    }

    [Fact]
    public void A_text_the_service_refuses_has_no_vector_and_the_others_have_theirs()
    {
        var provider = Model().Open();

        var vectors = provider.Embed(["a", "b", "poison", "c", "d"], CancellationToken.None);

        Assert.Equal([3, 3, 0, 3, 3], vectors.Select(v => v.Length));
    }

    [Fact]
    public void The_only_text_refused_has_no_vector_but_a_service_that_refuses_any_text_fails_the_shard()
    {
        Assert.Empty(Assert.Single(Model().Open().Embed(["poison"], CancellationToken.None)));
        Assert.Equal(["poison", "Hello."], service.Calls.SelectMany(call => call.Texts));

        foreach (var status in (int[])[400, 422, 422, 422])
        {
            service.Failures.Enqueue(status);
        }

        var error = Assert.Throws<ArtifactException>(() => Model().Open().Embed(["a", "b"], CancellationToken.None));

        Assert.Contains("refuses every text for model 'tiny' with status 422", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_keep_the_pace()
    {
        var provider = Model(o => o with { BatchTexts = 1, RequestsPerMinute = 30 }).Open();

        provider.Embed(["a", "b", "c", "d"], CancellationToken.None);

        Assert.Equal([2, 2, 2], clock.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public void An_answer_with_too_few_vectors_is_an_error()
    {
        service.Answers = asked => asked - 1;

        Assert.Contains("1 vectors for 2 texts", Assert.Throws<ArtifactException>(() => Model().Open().Embed(["a", "b"], CancellationToken.None)).Message);
    }

    [Fact]
    public void Prompts_and_dimensions_are_sent_and_part_of_the_fingerprint()
    {
        var plain = Model();
        var model = Model(o => o with { PassagePrompt = "passage: ", QueryPrompt = "query: ", Dimensions = 3 });

        model.Open().Embed(["a"], CancellationToken.None);
        model.Open().EmbedQueries(["b"], CancellationToken.None);

        Assert.Equal(["passage: a", "query: b"], service.Calls.SelectMany(c => c.Texts));
        Assert.All(service.Calls, c => Assert.Equal(3, c.Dimensions));
        Assert.NotEqual(plain.Open().Fingerprint, model.Open().Fingerprint);
        Assert.Equal(plain.Open().Fingerprint, Model(o => o with { BatchTexts = 3, Attempts = 9 }).Open().Fingerprint);
    }

    [Fact]
    public void A_run_that_failed_halfway_goes_on_from_the_cache()
    {
        using var job = new EmbedJob();
        var model = Model(o => o with { BatchTexts = 2, Attempts = 1 });
        string[] texts = ["a", "bb", "ccc", "dddd", "eeeee"];
        service.Failures.Enqueue(200);
        service.Failures.Enqueue(500);

        var failed = job.Run(texts, model);
        var resumed = job.Run(texts, model);
        Assert.Equal(("openai", "tiny", 3, null), (resumed.Model!.Provider, resumed.Model.Model, resumed.Model.Dimensions, resumed.Model.Pooling));

        Assert.Contains("run again", Assert.Single(failed.Stage.Failures).Reason);
        Assert.Equal(["a bb", "ccc dddd", "ccc dddd", "eeeee"], service.Calls.Select(c => string.Join(' ', c.Texts)));
        Assert.All(resumed.Rows, r => Assert.Equal(3, r.Vector.Length));
        Assert.Equal(2, resumed.Measured("fromCache"));
    }

    public void Dispose() => service.Dispose();

    private OpenAiModel Model(Func<OpenAiOptions, OpenAiOptions>? change = null)
    {
        var options = new OpenAiOptions { Endpoint = service.Endpoint, Model = "tiny", KeyVariable = KeyVariable };
        return new OpenAiModel(change?.Invoke(options) ?? options, clock);
    }
}
