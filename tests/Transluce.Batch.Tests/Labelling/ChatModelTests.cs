using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Tests.Services;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Tests.Labelling;

public sealed class ChatModelTests : IDisposable
{
    private const string KeyVariable = "TRANSLUCE_BATCH_TEST_CHAT_KEY";

    private readonly SuiteShard shard = new();

    public void Dispose() => shard.Dispose();

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public void A_prompt_the_service_refuses_is_an_answer_with_a_reason_and_the_next_is_answered(int status)
    {
        using var server = new ChatService((_, _) => """{"name": "fine"}""") { Refuse = material => material == "bad" ? status : null };
        using var model = new ChatModel(Options(server), shard.Cache);

        var refused = model.Ask("Name it.", "bad", "name", CancellationToken.None);
        var answered = model.Ask("Name it.", "good", "name", CancellationToken.None);

        Assert.Equal((null, $"the service refused the prompt with status {status}"), (refused.Value?.ToString(), refused.FailureReason));
        Assert.Equal("fine", answered.Value!.Value.GetProperty("name").GetString());

        // One harmless prompt tells a refusal of this prompt from a service that refuses all.
        Assert.Equal(["bad", "Hello.", "good"], server.Requests.Select(request => request.Material));
    }

    [Fact]
    public void A_service_that_refuses_every_prompt_fails_the_shard()
    {
        using var server = new ChatService((_, _) => "{}") { Refuse = _ => 400 };
        using var model = new ChatModel(Options(server), shard.Cache);

        Assert.Contains("did not answer", Assert.Throws<ArtifactException>(() => model.Ask("Name it.", "good", "name", CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name": "half \ud83d"}""")]
    [InlineData("""{"name": "fine", "\udc00": 1}""")]
    [InlineData("""{"name": "fine", "more": [{"x": ["\ud83d"]}]}""")]
    public void Half_a_surrogate_pair_in_an_answer_makes_it_unreadable_and_ends_nothing(string answer)
    {
        using var server = new ChatService((_, _) => answer);
        using var model = new ChatModel(Options(server), shard.Cache);

        Assert.Equal("the model's answer holds no JSON object with 'name'", model.Ask("Name it.", "good", "name", CancellationToken.None).FailureReason);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void The_key_is_in_no_message_even_where_the_service_repeats_it()
    {
        Environment.SetEnvironmentVariable(KeyVariable, "very-secret");
        try
        {
            using var server = new ChatService((_, _) => null);
            using var model = new ChatModel(Options(server), shard.Cache);

            var error = Assert.Throws<ArtifactException>(() => model.Ask("Name it.", "good", "name", CancellationToken.None));

            Assert.Equal("Bearer very-secret", server.Requests[0].Authorization);
            Assert.Contains("wrong key: Bearer (key)", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(KeyVariable, null);
        }
    }

    private static ChatOptions Options(ChatService server) => new() { Endpoint = server.Endpoint, Model = "toy", KeyVariable = KeyVariable };
}
