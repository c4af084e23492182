namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// The values a few rules and a constant take together: argmin over (c, v) of Σ w (y - c - Σ v_i [rule i fits])² + λ Σ v_i², from what the rules
/// share alone. In double precision; the constant is not penalised.
/// </summary>
internal sealed class RidgeSystem(int capacity)
{
    private readonly double[] gram = new double[(capacity + 1) * (capacity + 1)];
    private readonly double[] right = new double[capacity + 1];
    private readonly double[] factor = new double[(capacity + 1) * (capacity + 1)];
    private readonly double[] solution = new double[capacity + 1];

    /// <summary>Rules in the system.</summary>
    public int Count { get; private set; }

    /// <summary>Starts with the constant alone.</summary>
    public void Start(double totalSum, double totalWeight)
    {
        Count = 0;
        gram[0] = totalWeight;
        right[0] = totalSum;
    }

    /// <summary>Adds a rule.</summary>
    /// <param name="sum">Weighted sum of y where it fits.</param>
    /// <param name="weight">Weight where it fits.</param>
    /// <param name="shared">Weight shared with each earlier rule.</param>
    public void Add(double sum, double weight, ReadOnlySpan<double> shared)
    {
        var row = (Count + 1) * (capacity + 1);
        gram[row] = weight;
        for (var i = 0; i < Count; i++)
        {
            gram[row + 1 + i] = shared[i];
        }

        gram[row + 1 + Count] = weight;
        right[++Count] = sum;
    }

    /// <summary>Solves for the constant and the first <paramref name="rules"/> rules.</summary>
    /// <returns>The constant, then the rules' values; overwritten by the next call.</returns>
    public ReadOnlySpan<double> Solve(int rules, double shrinkage)
    {
        var width = capacity + 1;
        for (var i = 0; i <= rules; i++)
        {
            var row = i * width;
            for (var j = 0; j <= i; j++)
            {
                var sum = gram[row + j] + (i == j && i > 0 ? shrinkage : 0);
                for (var k = 0; k < j; k++)
                {
                    sum -= factor[row + k] * factor[(j * width) + k];
                }

                // A rule that earlier ones make up adds nothing of its own: its pivot is rounding, and a large one leaves it at zero.
                factor[row + j] = i != j ? sum / factor[(j * width) + j] : sum > 1e-7 * gram[row + i] ? Math.Sqrt(sum) : 1e12 * (1 + gram[row + i]);
            }
        }

        for (var i = 0; i <= rules; i++)
        {
            var sum = right[i];
            for (var k = 0; k < i; k++)
            {
                sum -= factor[(i * width) + k] * solution[k];
            }

            solution[i] = sum / factor[(i * width) + i];
        }

        for (var i = rules; i >= 0; i--)
        {
            var sum = solution[i];
            for (var k = i + 1; k <= rules; k++)
            {
                sum -= factor[(k * width) + i] * solution[k];
            }

            solution[i] = sum / factor[(i * width) + i];
        }

        return solution.AsSpan(0, rules + 1);
    }
}
