using System.Runtime.InteropServices;

namespace Transluce.Batch.LanguageModels;

/// <summary>Environment variables that libgomp reads when it loads. .NET's own environment is a copy that native code does not see, hence libc.</summary>
internal static partial class OpenMpSettings
{
    // By default a libtorch thread that has nothing to do spins for some milliseconds (300,000 rounds) after every operation. That takes a
    // core from our own parallel code, and where more threads than cores want to run, such as in tests, it makes everything many times
    // slower. Sleeping at once would cost a wake-up per operation; this is about a tenth of a millisecond.
    private const string SpinCount = "5000";

    /// <summary>Sets what the user has not set.</summary>
    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironment("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
