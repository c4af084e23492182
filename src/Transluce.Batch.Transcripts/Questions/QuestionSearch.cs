using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>
/// Narrows a suite to the chunks that may answer each question: cosine and BM25, fused; then once more with the question moved towards the best chunks
/// (Rocchio), since agents report a problem in other words than people ask for it. Reads the chunks a few times and keeps two numbers per question and chunk.
/// </summary>
public sealed class QuestionSearch(QuestionOptions options)
{
    /// <summary>The best chunk of each of the best runs, best first, for every question.</summary>
    /// <param name="questions">What is asked.</param>
    /// <param name="statistics">Still empty, made for these questions.</param>
    /// <param name="chunks">Every chunk of the suite.</param>
    /// <param name="vectors">The vectors of these chunks, in the same order at every call.</param>
    public IReadOnlyList<IReadOnlyList<QuestionHit>> Search(
        IReadOnlyList<SearchQuestion> questions,
        LexicalStatistics statistics,
        IEnumerable<SearchChunk> chunks,
        Func<IEnumerable<float[]>> vectors)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(chunks);
        ArgumentNullException.ThrowIfNull(vectors);
        var words = new List<ChunkWords>();
        var runs = new List<int>();
        var runNumbers = new Dictionary<string, int>();
        var dense = questions.Select(_ => new List<double>()).ToArray();
        foreach (var chunk in chunks)
        {
            words.Add(statistics.Add(chunk));
            runs.Add(runNumbers.TryGetValue(chunk.AgentRunId, out var number) ? number : runNumbers[chunk.AgentRunId] = runNumbers.Count);
            for (var q = 0; q < questions.Count; q++)
            {
                dense[q].Add(Cosine(questions[q].Vector, chunk.Vector));
            }
        }

        var lexical = questions.Select(question => words.Select(chunk => statistics.Score(question.Words.Concat(question.Terms), chunk)).ToArray()).ToArray();
        var ranked = questions.Select((_, q) => Ranked(dense[q], lexical[q], runs)).ToArray();
        if (options.FeedbackRuns > 0)
        {
            Refine(questions, vectors, ranked, dense);
            ranked = [.. questions.Select((_, q) => Ranked(dense[q], lexical[q], runs))];
        }

        return [.. ranked.Select(hits => hits.Take(options.Candidates).ToArray())];
    }

    /// <summary>Replaces the dense scores by those of questions moved towards the chunks found first.</summary>
    private void Refine(IReadOnlyList<SearchQuestion> questions, Func<IEnumerable<float[]>> vectors, QuestionHit[][] ranked, List<double>[] dense)
    {
        var wanted = ranked.Select(hits => hits.Take(options.FeedbackRuns).Select(hit => hit.Chunk).ToHashSet()).ToArray();
        var moved = questions.Select(q => q.Vector.Select(v => (double)v).ToArray()).ToArray();
        foreach (var (vector, ordinal) in vectors().Select((vector, ordinal) => (vector, ordinal)))
        {
            for (var q = 0; q < questions.Count; q++)
            {
                if (vector.Length == moved[q].Length && wanted[q].Contains(ordinal))
                {
                    for (var i = 0; i < moved[q].Length; i++)
                    {
                        moved[q][i] += options.FeedbackWeight / wanted[q].Count * vector[i];
                    }
                }
            }
        }

        var refined = moved.Select(v => v.Select(x => (float)x).ToArray()).ToArray();
        foreach (var (vector, ordinal) in vectors().Select((vector, ordinal) => (vector, ordinal)))
        {
            for (var q = 0; q < questions.Count; q++)
            {
                dense[q][ordinal] = Cosine(refined[q], vector);
            }
        }
    }

    /// <summary>
    /// Weighted sum of both scores in units of their spread over the suite. Not of reciprocal ranks: where one side has nothing to say (no word
    /// matches, or all cosines are alike) its ranks are as loud as ever, its spread-scaled scores are not.
    /// </summary>
    private QuestionHit[] Ranked(List<double> dense, double[] lexical, List<int> runs)
    {
        var scaledDense = Scaled(dense);
        var scaledLexical = Scaled(lexical);
        var hits = Enumerable.Range(0, lexical.Length)
            .Select(chunk => new QuestionHit(chunk, dense[chunk], lexical[chunk], options.DenseShare * scaledDense[chunk] + (1 - options.DenseShare) * scaledLexical[chunk]))
            .GroupBy(hit => runs[hit.Chunk]);
        return [.. hits.Select(OfRun).OrderByDescending(hit => hit.Fused).ThenBy(hit => hit.Chunk)];
    }

    /// <summary>A run's best chunk, its score raised by the run's next best ones: what goes wrong in earnest shows more than once.</summary>
    private QuestionHit OfRun(IEnumerable<QuestionHit> ofRun)
    {
        var best = ofRun.OrderByDescending(hit => hit.Fused).ThenBy(hit => hit.Chunk).Take(options.ChunksPerRun).ToArray();
        var (score, weight) = (0.0, 1.0);
        foreach (var hit in best)
        {
            score += weight * Math.Max(0, hit.Fused);
            weight *= options.NextChunkWeight;
        }

        return best[0] with { Fused = best[0].Fused <= 0 ? best[0].Fused : score };
    }

    private static double[] Scaled(IReadOnlyList<double> scores)
    {
        if (scores.Count == 0)
        {
            return [];
        }

        var mean = scores.Average();
        var spread = Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / scores.Count);
        return [.. scores.Select(s => spread < 1e-9 ? 0 : (s - mean) / spread)];
    }

    /// <summary>Chunks have length one, a moved question has not. Sums in a fixed order: the same bits on every processor.</summary>
    private static double Cosine(float[] question, float[] chunk)
    {
        if (question.Length == 0 || chunk.Length != question.Length)
        {
            return 0;
        }

        var norm = Math.Sqrt(FixedDot.Double(question, question));
        return norm == 0 ? 0 : FixedDot.Double(question, chunk) / norm;
    }
}

/// <summary>A chunk found, by its place in the order of the chunks.</summary>
public sealed record QuestionHit(int Chunk, double Dense, double Lexical, double Fused);
