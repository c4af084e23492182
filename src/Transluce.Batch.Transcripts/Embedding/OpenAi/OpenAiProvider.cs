using System.ClientModel;
using System.Globalization;
using Microsoft.Extensions.AI;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Embedding.OpenAi;

/// <summary>Asks an embeddings service: in batches, at a steady pace, again after a pause where it is busy.</summary>
internal sealed class OpenAiProvider(IEmbeddingGenerator<string, Embedding<float>> generator, OpenAiOptions options, ServiceKey key, string fingerprint, TimeProvider clock) : EmbeddingProvider
{
    private const int MaxCharactersInRequest = 400_000;
    private const string HarmlessText = "Hello.";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRequestedPause = TimeSpan.FromMinutes(10);

    private readonly RequestPace pace = new(clock, options.RequestsPerMinute);
    private int dimensions = options.Dimensions ?? 0;

    // That a text was refused is the text's fault only where another was not.
    private volatile bool answered;

    public override string Fingerprint => fingerprint;

    public override string Model => options.Model;

    public override string PassagePrompt => options.PassagePrompt;

    public override string QueryPrompt => options.QueryPrompt;

    public override int Dimensions => Volatile.Read(ref dimensions);

    public override int TextsAtOnce => options.BatchTexts;

    public override string NoVectorReason => "the service refused the text";

    public override float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => Embed(texts, options.PassagePrompt, cancellationToken);

    public override float[][] EmbedQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Embed(queries, options.QueryPrompt, cancellationToken);

    private float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]>();
        var batch = new List<string>();
        foreach (var text in texts.Select(text => prompt + text))
        {
            if (batch.Count == options.BatchTexts || (batch.Count > 0 && batch.Sum(t => t.Length) + text.Length > MaxCharactersInRequest))
            {
                vectors.AddRange(EmbedBatch(batch, cancellationToken));
                batch.Clear();
            }

            batch.Add(text);
        }

        vectors.AddRange(EmbedBatch(batch, cancellationToken));
        return [.. vectors];
    }

    /// <summary>Where the service refuses a batch, halves of it are tried, down to the text it objects to.</summary>
    private float[][] EmbedBatch(List<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
        {
            return [];
        }

        try
        {
            return Request(texts, cancellationToken);
        }
        catch (ClientResultException refusal) when (refusal.Status is 400 or 413 or 422)
        {
            if (texts.Count == 1)
            {
                RequireAnswers(cancellationToken);
                return [[]];
            }

            return [.. EmbedBatch([.. texts.Take(texts.Count / 2)], cancellationToken), .. EmbedBatch([.. texts.Skip(texts.Count / 2)], cancellationToken)];
        }
    }

    /// <exception cref="ArtifactException">The service refuses a harmless text, too: nothing would be embedded, whatever the texts.</exception>
    private void RequireAnswers(CancellationToken cancellationToken)
    {
        try
        {
            if (!answered)
            {
                Request([HarmlessText], cancellationToken);
            }
        }
        catch (ClientResultException refusal) when (refusal.Status is 400 or 413 or 422)
        {
            throw new ArtifactException(
                $"'{options.Endpoint}' refuses every text for model '{options.Model}' with status {refusal.Status}: {key.Redact(refusal.Message)} Correct model, dimensions and prompts; "
                + "nothing was recorded, run again to go on.");
        }
    }

    private float[][] Request(List<string> texts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            pace.Wait(cancellationToken);
            try
            {
                return Read(generator.GenerateAsync(texts, cancellationToken: cancellationToken).GetAwaiter().GetResult(), texts.Count);
            }
            catch (ClientResultException refusal) when (refusal.Status is 401 or 403 or 404)
            {
                throw new ArtifactException($"'{options.Endpoint}' refuses model '{options.Model}' with status {refusal.Status}. Set the key in the environment variable {options.KeyVariable}, or correct endpoint and model.");
            }
            catch (Exception failure) when (IsPassing(failure) && !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= options.Attempts)
                {
                    throw new ArtifactException($"'{options.Endpoint}' did not answer in {attempt} attempts; the last failed with: {key.Redact(failure.Message)} Vectors it gave before are cached: run again to go on.");
                }

                pace.Delay(PauseAfter(failure, attempt), cancellationToken);
            }
        }
    }

    private float[][] Read(GeneratedEmbeddings<Embedding<float>> answer, int expected)
    {
        if (answer.Count != expected)
        {
            throw new ArtifactException($"'{options.Endpoint}' gave {answer.Count} vectors for {expected} texts; expected one each. Is it an embeddings service?");
        }

        foreach (var embedding in answer)
        {
            var length = embedding.Vector.Length;
            var before = Interlocked.CompareExchange(ref dimensions, length, 0);
            if (before != 0 && before != length)
            {
                throw new ArtifactException($"'{options.Endpoint}' gave a vector of {length} numbers; expected {before}. Correct 'dimensions', or ask for one model only.");
            }
        }

        answered = true;
        return [.. answer.Select(e => UnitVector.Of(e.Vector.Span))];
    }

    /// <summary>Status 0: no answer at all.</summary>
    private static bool IsPassing(Exception failure) => failure switch
    {
        ClientResultException result => result.Status is 0 or 408 or 409 or 425 or 429 or >= 500,
        _ => failure is HttpRequestException or IOException or OperationCanceledException,
    };

    private TimeSpan PauseAfter(Exception failure, int attempt)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempt - 1, 10)));
        pause = pause < LongestPause ? pause : LongestPause;
        var asked = (failure as ClientResultException)?.GetRawResponse()?.Headers is { } headers && headers.TryGetValue("retry-after", out var value) ? Asked(value) : null;
        return asked is { } longer && longer > pause ? (longer < LongestRequestedPause ? longer : LongestRequestedPause) : pause;
    }

    /// <summary>A number of seconds, or a date.</summary>
    private TimeSpan? Asked(string? value)
        => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400 ? TimeSpan.FromSeconds(seconds)
        : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - clock.GetUtcNow()
        : null;
}
