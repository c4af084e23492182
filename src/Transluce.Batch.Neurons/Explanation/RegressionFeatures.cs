using System.Numerics.Tensors;

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

    /// <summary>Adds weights · features to each prediction: what <see cref="Compute"/> and a product with its rows give, up to rounding, without writing the features down.</summary>
    /// <param name="window">The window.</param>
    /// <param name="weights">[Count].</param>
    /// <param name="predicted">One value per position from <see cref="TokenWindow.First"/> on.</param>
    public void AddProduct(TokenWindow window, ReadOnlySpan<float> weights, Span<float> predicted)
    {
        // A mean's product is the mean of its tokens' products, so one number per part stands for its coordinates.
        var own = weights[..TokenDimensions];
        var previous = weights.Slice(TokenDimensions, Previous);
        var decaying = weights.Slice(TokenDimensions + Previous, Decaying);
        var mean = weights.Slice(TokenDimensions + Previous + Decaying, Mean);
        var places = weights[^Places..];
        Span<float> place = stackalloc float[Places];
        var (decayed, decayedCount, sum, count) = (0f, 0f, 0f, 0f);
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            var current = Coordinates(window.TokenIds[position]);
            var value = Product(current, own) + (position > 0 ? Product(Coordinates(window.TokenIds[position - 1]), previous) : 0);
            value += (decayed * (MeanScale / Math.Max(decayedCount, 1e-6f))) + (sum * (MeanScale / Math.Max(count, 1e-6f)));
            place.Clear();
            Place(window, position, place);
            predicted[position - window.First] += value + TensorPrimitives.Dot(place, places);
            decayed = (decayed * Decay) + Product(current, decaying);
            decayedCount = (decayedCount * Decay) + 1;
            sum += Product(current, mean);
            count++;
        }
    }

    private static float Product(ReadOnlySpan<float> coordinates, ReadOnlySpan<float> weights)
    {
        var shared = Math.Min(coordinates.Length, weights.Length);
        return TensorPrimitives.Dot(coordinates[..shared], weights[..shared]);
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
