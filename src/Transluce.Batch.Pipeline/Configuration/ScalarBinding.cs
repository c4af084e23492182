using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Transluce.Batch.Pipeline;

/// <summary>Turns one scalar into the value of a key, or says what was expected instead.</summary>
internal static class ScalarBinding
{
    /// <returns>Null on success, else what was expected.</returns>
    public static string? Bind(ScalarNode scalar, Type type, RecordMember member, out object? value)
    {
        value = null;
        return type switch
        {
            _ when type == typeof(string) => BindText(scalar, member, out value),
            _ when type == typeof(bool) => BindBoolean(scalar, out value),
            _ when type == typeof(int) || type == typeof(long) => BindInteger(scalar, type, member.Range, out value),
            _ when type == typeof(double) => BindNumber(scalar, member.Range, out value),
            _ when type.IsEnum => BindEnum(scalar, type, out value),
            _ => throw new NotSupportedException($"Options of type {type} have no spelling in a configuration."),
        };
    }

    /// <summary>What a key takes, for messages about values of another shape.</summary>
    public static string Expected(Type type, RecordMember member) => type switch
    {
        _ when type == typeof(string) => member.Pattern?.ErrorMessage ?? "text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => $"a whole number{Bounds(member.Range)}",
        _ when type == typeof(double) => $"a number{Bounds(member.Range)}",
        _ when type.IsEnum => $"one of {string.Join(", ", EnumNames.Of(type).Select(pair => $"'{pair.Name}'"))}",
        _ when RecordShape.ItemTypeOf(type) is { } item => RecordShape.IsRecord(item) ? "a list of mappings" : $"a list, each item {Expected(item, member)}",
        _ => $"a mapping with the keys {string.Join(", ", RecordShape.Of(type).Members.Select(key => key.Key))}",
    };

    private static string? BindText(ScalarNode scalar, RecordMember member, out object? value)
    {
        value = scalar.Text;
        if (scalar.Kind != ScalarKind.Text)
        {
            return $"text; put it in quotes if '{scalar.Text}' is meant";
        }

        if (member.Pattern is { } pattern && !Regex.IsMatch(scalar.Text, $@"^(?:{pattern.Pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        {
            return Expected(typeof(string), member);
        }

        return scalar.Text.Length > 0 ? null : "text that is not empty";
    }

    private static string? BindBoolean(ScalarNode scalar, out object? value)
    {
        value = PlainScalar.IsTrue(scalar.Text);
        return scalar.Kind == ScalarKind.Boolean ? null : "true or false (without quotes)";
    }

    private static string? BindInteger(ScalarNode scalar, Type type, RangeAttribute? range, out object? value)
    {
        value = null;
        var (low, high) = type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (scalar.Kind != ScalarKind.Number || !long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return $"a whole number{Bounds(range)}{Hint(scalar)}";
        }

        if (number < low || number > high || !InRange(number, range))
        {
            return $"a whole number{(range is null ? $" from {low} to {high}" : Bounds(range))}";
        }

        value = type == typeof(int) ? (object)(int)number : number;
        return null;
    }

    private static string? BindNumber(ScalarNode scalar, RangeAttribute? range, out object? value)
    {
        value = null;
        if (scalar.Kind != ScalarKind.Number
            || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number))
        {
            return $"a number{Bounds(range)}{Hint(scalar)}";
        }

        value = number;
        return InRange(number, range) ? null : $"a number{Bounds(range)}";
    }

    private static string? BindEnum(ScalarNode scalar, Type type, out object? value)
    {
        var names = EnumNames.Of(type);
        value = names.FirstOrDefault(pair => pair.Name == scalar.Text).Value;
        if (value is not null && scalar.Kind == ScalarKind.Text)
        {
            return null;
        }

        var near = EditDistance.Nearest(scalar.Text, names.Select(pair => pair.Name));
        return $"one of {string.Join(", ", names.Select(pair => $"'{pair.Name}'"))}{(near is null ? "" : $"; did you mean '{near}'?")}";
    }

    private static bool InRange(double number, RangeAttribute? range) =>
        range is null
        || (number >= Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture) && number <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));

    private static string Bounds(RangeAttribute? range) =>
        range is null ? "" : string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}");

    private static string Hint(ScalarNode scalar) => scalar.Kind switch
    {
        ScalarKind.Text when PlainScalar.KindOf(scalar.Text) == ScalarKind.Number => "; leave out the quotes",
        ScalarKind.Text when PlainScalar.KindOf(scalar.Text.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal)) == ScalarKind.Number
            => "; write it without separators",
        _ => "",
    };
}
