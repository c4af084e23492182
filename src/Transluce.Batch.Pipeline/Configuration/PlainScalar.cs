using System.Text.RegularExpressions;

namespace Transluce.Batch.Pipeline;

/// <summary>What an unquoted scalar means by the YAML 1.2 core schema (so <c>yes</c> and <c>1_000</c> are text, and <c>0x10</c> is not taken for a number here).</summary>
internal static partial class PlainScalar
{
    public static ScalarKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        _ => Number().IsMatch(text) ? ScalarKind.Number : ScalarKind.Text,
    };

    public static bool IsTrue(string text) => text is "true" or "True" or "TRUE";

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
