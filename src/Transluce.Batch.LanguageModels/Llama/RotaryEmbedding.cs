using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>Cosines and sines of rotary embedding, [position, d_head / 2] float32, grown as longer sequences come.</summary>
internal sealed class RotaryEmbedding(LlamaConfig config, Device device) : IDisposable
{
    private readonly float[] frequencies = Frequencies(config);
    private int positions;
    private Tensor? cosines;
    private Tensor? sines;

    /// <summary>Both for positions <paramref name="start"/> … <paramref name="start"/> + <paramref name="count"/> - 1, shaped [t, 1, d_head / 2].</summary>
    public (Tensor Cosines, Tensor Sines) Positions(int start, int count)
    {
        if (start + count > positions)
        {
            Grow(start + count);
        }

        return (cosines!.narrow(0, start, count).unsqueeze(1), sines!.narrow(0, start, count).unsqueeze(1));
    }

    public void Dispose()
    {
        cosines?.Dispose();
        sines?.Dispose();
    }

    /// <summary>Angle per position for each pair of dimensions: theta^(-2i/d), stretched for long contexts by the llama3 rule (as Hugging Face computes it).</summary>
    private static float[] Frequencies(LlamaConfig config)
    {
        var pairs = config.HeadSize / 2;
        var frequencies = new float[pairs];
        for (var pair = 0; pair < pairs; pair++)
        {
            var frequency = 1 / Math.Pow(config.Rope.Theta, 2.0 * pair / config.HeadSize);
            frequencies[pair] = (float)(config.Rope.Llama3 is { } scaling ? Stretch(frequency, scaling) : frequency);
        }

        return frequencies;
    }

    private static double Stretch(double frequency, Llama3Scaling scaling)
    {
        // Long waves are slowed by the factor, short ones kept, those between mixed in proportion.
        var wavesInOriginalContext = scaling.OriginalMaximumPositions * frequency / (2 * Math.PI);
        var kept = Math.Clamp((wavesInOriginalContext - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor), 0, 1);
        return ((1 - kept) * frequency / scaling.Factor) + (kept * frequency);
    }

    private void Grow(int needed)
    {
        Dispose();
        positions = Math.Max(needed, 256);
        var cosine = new float[positions * frequencies.Length];
        var sine = new float[cosine.Length];
        for (var index = 0; index < cosine.Length; index++)
        {
            // The angle in float32, as the reference implementations have it; its cosine exactly.
            var angle = (float)(index / frequencies.Length) * frequencies[index % frequencies.Length];
            cosine[index] = (float)Math.Cos(angle);
            sine[index] = (float)Math.Sin(angle);
        }

        cosines = tensor(cosine, [positions, frequencies.Length], ScalarType.Float32, device).DetachFromDisposeScope();
        sines = tensor(sine, [positions, frequencies.Length], ScalarType.Float32, device).DetachFromDisposeScope();
    }
}
