using System.Globalization;
using System.Numerics;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The id Inspect gives an evaluation whose log has none: the same here, so that ids agree with those other tools show.</summary>
internal static class DerivedEvalId
{
    private const int Digits = 22;
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>16 bytes of BLAKE2s of run id, task id and time (in UTC), as 22 digits to the base 57.</summary>
    public static string Of(string runId, string taskId, string created)
    {
        var value = new BigInteger(Blake2s.Hash(Encoding.UTF8.GetBytes(runId + taskId + InUtc(created)), 16), isUnsigned: true, isBigEndian: true);
        var digits = new char[Digits];
        for (var i = Digits - 1; i >= 0; i--)
        {
            digits[i] = Alphabet[(int)(value % Alphabet.Length)];
            value /= Alphabet.Length;
        }

        return new string(digits);
    }

    private static string InUtc(string created)
        => DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture)
            : created;
}
