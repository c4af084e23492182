using System.Text;
using Spectre.Console;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>
/// The tokens around a peak, shaded by activation: by background colour on a terminal, by marks elsewhere («half the peak or more»,
/// ‹a fifth or more›). Token text comes from a corpus, so whatever would act on the terminal is shown escaped.
/// </summary>
internal static class ShadedTokens
{
    public const string Legend = "«token»: at least half the peak; ‹token›: at least a fifth";

    private const double Strong = 0.5;
    private const double Weak = 0.2;

    /// <param name="texts">One text per token.</param>
    /// <param name="activations">Rectified activations, aligned with <paramref name="texts"/>; may be shorter: the rest counts as 0.</param>
    /// <param name="peak">Index of the token to keep in view.</param>
    /// <param name="start">First token to show at all.</param>
    /// <param name="before">Tokens shown before the peak.</param>
    /// <param name="after">Tokens shown after it.</param>
    /// <param name="colours">Markup for a terminal instead of marks; the result is then Spectre markup.</param>
    public static string Render(IReadOnlyList<string> texts, IReadOnlyList<float> activations, int peak, int start, int before, int after, bool colours)
    {
        var first = Math.Max(start, peak - before);
        var end = Math.Min(texts.Count, peak + after + 1);
        var largest = activations.Count > 0 ? activations.Max() : 0;
        var line = new StringBuilder(first > start ? "…" : "");
        for (var i = first; i < end; i++)
        {
            var share = i < activations.Count && largest > 0 ? activations[i] / largest : 0;
            var text = InertText.Of(texts[i]);
            line.Append(colours ? Coloured(text, share) : Marked(text, share));
        }

        return line.Append(end < texts.Count ? "…" : "").ToString();
    }

    private static string Marked(string text, double share)
    {
        // The space in front of a word stays outside, or every mark would look detached from it.
        var space = text.Length - text.TrimStart(' ').Length;
        return share switch
        {
            >= Strong => $"{text[..space]}«{text[space..]}»",
            >= Weak => $"{text[..space]}‹{text[space..]}›",
            _ => text,
        };
    }

    private static string Coloured(string text, double share)
    {
        var escaped = Markup.Escape(text);
        return share switch
        {
            >= Strong => $"[black on orange1]{escaped}[/]",
            >= Weak => $"[black on wheat1]{escaped}[/]",
            _ => escaped,
        };
    }
}
