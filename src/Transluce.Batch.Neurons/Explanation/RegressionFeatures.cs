namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// The inputs of the pattern regression at one position: what the token is, what the one before was, what the window has been about (a decaying and a plain
/// mean of the tokens before), and where in the window it stands. They generalise to tokens and contexts that the tables never saw.
/// </summary>
public sealed class RegressionFeatures
{
    /// <summary>Coordinates kept per token.</summary>
    public const int TokenDimensions = 64;

    private const int Previous = 48;
    private const int Decaying = 32;
    private const int Mean = 48;
    private const int Places = 6;
    private const float Decay = 0.8f;

    // Means of many tokens vary less than single tokens; doubled, one ridge penalty suits both.
    private const float MeanScale = 2;

    private readonly float[] tokens;
    private readonly int width;

    /// <param name="tokens">[vocabulary, width] row-major token coordinates.</param>
    /// <param name="width">Coordinates per token, at most <see cref="TokenDimensions"/>.</param>
    public RegressionFeatures(float[] tokens, int width)
    {
        this.tokens = tokens;
        this.width = width;
    }

    /// <summary>Features per position, and weights per pattern.</summary>
    public const int Count = TokenDimensions + Previous + Decaying + Mean + Places;

    /// <summary>Writes [window.Length, Count] row-major.</summary>
    public void Compute(TokenWindow window, Span<float> destination)
    {
        Span<float> decaying = stackalloc float[Decaying];
        Span<float> mean = stackalloc float[Mean];
        decaying.Clear();
        mean.Clear();
        var (decayedCount, count) = (0f, 0f);
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            var row = destination.Slice((position - window.First) * Count, Count);
            row.Clear();
            var current = Coordinates(window.TokenIds[position]);
            current.CopyTo(row);
            row = row[TokenDimensions..];
            if (position > 0)
            {
                var previous = Coordinates(window.TokenIds[position - 1]);
                previous[..Math.Min(Previous, width)].CopyTo(row);
            }

            row = row[Previous..];
            Scale(decaying, row, MeanScale / Math.Max(decayedCount, 1e-6f));
            row = row[Decaying..];
            Scale(mean, row, MeanScale / Math.Max(count, 1e-6f));
            row = row[Mean..];
            Place(window, position, row);

            Accumulate(decaying, current, Decay);
            Accumulate(mean, current, 1);
            decayedCount = (decayedCount * Decay) + 1;
            count++;
        }
    }

    private static void Place(TokenWindow window, int position, Span<float> row)
    {
        var offset = position - window.First;
        if (offset < 3)
        {
            row[offset] = 1;
        }

        row[3] = MathF.Log(1 + offset) / 4;
        row[4] = 1;
        row[5] = window.TokenIds.AsSpan(window.First, offset).Contains(window.TokenIds[position]) ? 1 : 0;
    }

    private static void Scale(ReadOnlySpan<float> source, Span<float> destination, float factor)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = source[i] * factor;
        }
    }

    private static void Accumulate(Span<float> total, ReadOnlySpan<float> token, float decay)
    {
        var shared = Math.Min(total.Length, token.Length);
        for (var i = 0; i < shared; i++)
        {
            total[i] = (total[i] * decay) + token[i];
        }
    }

    private ReadOnlySpan<float> Coordinates(int token) => tokens.AsSpan(token * width, width);
}
