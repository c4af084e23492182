using System.Globalization;

namespace Transluce.Batch.Jobs;

/// <summary>Numbers as people read them: 12.3 M tokens, 4.5 GB, 1:02:03.</summary>
internal static class Quantity
{
    public static string Count(double number) => Scaled(number, 1000, ["", " k", " M", " G", " T"]);

    public static string Bytes(double number) => Scaled(number, 1000, [" B", " kB", " MB", " GB", " TB", " PB"]);

    public static string Time(double seconds) => seconds switch
    {
        double.NaN => "?",
        < 0.05 => "0 s",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{(int)seconds % 60:00} min"),
        < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)}:{(int)(seconds / 60) % 60:00}:{(int)seconds % 60:00} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.0} days"),
    };

    public static string Score(float? score) => score is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "-";

    public static string Percent(double share) => share.ToString(share is > 0 and < 0.1 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture);

    private static string Scaled(double number, double step, string[] units)
    {
        var unit = 0;
        while (Math.Abs(number) >= step && unit < units.Length - 1)
        {
            number /= step;
            unit++;
        }

        return number.ToString(unit > 0 && Math.Abs(number) < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + units[unit];
    }
}
