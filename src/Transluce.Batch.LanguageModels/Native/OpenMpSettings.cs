using System.Runtime.InteropServices;

namespace Transluce.Batch.LanguageModels;

/// <summary>Environment variables that libgomp reads when it loads. .NET's own environment is a copy that native code does not see, hence libc.</summary>
internal static partial class OpenMpSettings
{
    /// <summary>
    /// Lets an idle libtorch thread sleep at once, unless the user has chosen otherwise. By default it spins for some milliseconds after
    /// every operation: that takes a core from our own parallel code, and where more threads than cores want to run, as in tests, it
    /// makes everything up to ten times slower. Waking up costs some ten microseconds per operation, so operations are made large.
    /// </summary>
    public static void Apply() => _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
