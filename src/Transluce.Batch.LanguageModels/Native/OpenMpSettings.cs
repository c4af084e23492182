using System.Runtime.InteropServices;

namespace Transluce.Batch.LanguageModels;

/// <summary>Environment variables that libgomp reads when it loads. .NET's own environment is a copy that native code does not see, hence libc.</summary>
internal static partial class OpenMpSettings
{
    /// <summary>Sets what the user has not set.</summary>
    public static void Apply()
    {
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
