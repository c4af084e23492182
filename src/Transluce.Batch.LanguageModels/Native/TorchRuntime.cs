using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Loads libtorch and TorchSharp's native library, once per process. Left to itself TorchSharp would look beside the program only, and
/// its library would not load where libstdc++ is older than GCC 13.2's.
/// </summary>
public static partial class TorchRuntime
{
    private static readonly Lazy<LoadedTorch> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Folder libtorch was loaded from.</summary>
    public static string LibraryFolder => Loaded.Value.Folder;

    /// <summary>True where the system's libstdc++ is too old and TorchSharp's library was loaded from a corrected copy in memory.</summary>
    public static bool Corrected => Loaded.Value.Corrected;

    internal static nint Libtorch => Loaded.Value.Libtorch;

    /// <summary>Loads now, with a clear error where that fails. Without this call the first use of TorchSharp loads, but its error is TorchSharp's own, long and misleading.</summary>
    /// <exception cref="ArtifactException">libtorch is not there, or does not fit.</exception>
    public static void Initialize() => _ = Loaded.Value;

    /// <summary>Answers TorchSharp's look-ups when they come. Programs call it before anything else (TorchOnDemand.cs); it costs nothing until then.</summary>
    public static void LoadOnDemand() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (assembly, name) =>
        assembly == typeof(torch).Assembly && Path.GetFileNameWithoutExtension(name) is { } library
            ? library switch
            {
                "torch_cpu" => Loaded.Value.Libtorch,
                "LibTorchSharp" or "libLibTorchSharp" => Loaded.Value.Shim,
                _ => 0,
            }
            : 0;

    private static LoadedTorch Load()
    {
        var folder = LibtorchFolder.FindLibtorch();
        var shim = Path.Combine(LibtorchFolder.FindShim(), LibtorchFolder.ShimName);
        try
        {
            OpenMpSettings.Apply();

            // The dynamic linker knows a loaded library by its name, so once these are in, whatever needs them finds them.
            var libtorch = NativeLibrary.Load(Path.Combine(folder, "libtorch_cpu.so"));
            var cuda = Path.Combine(folder, "libtorch_cuda.so");
            if (File.Exists(cuda))
            {
                NativeLibrary.Load(cuda);
            }

            NativeLibrary.Load(Path.Combine(folder, "libtorch.so"));
            return SystemHasSymbol()
                ? new LoadedTorch(folder, libtorch, NativeLibrary.Load(shim), Corrected: false)
                : new LoadedTorch(folder, libtorch, LoadCorrected(shim), Corrected: true);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException(
                $"libtorch in '{folder}' does not load: {exception.Message} It must be libtorch 2.10 for linux-x64 (C++11 ABI); " +
                $"unset {LibtorchFolder.Variable} to use the one of the build, or look at what `ldd {Path.Combine(folder, "libtorch_cpu.so")}` misses.", exception);
        }
    }

    private static bool SystemHasSymbol() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, ShimPatch.Symbol, out _);

    /// <summary>Loads a corrected copy from an anonymous file: nothing on disk changes, so it works in read-only folders and any number of processes may do it at once.</summary>
    private static nint LoadCorrected(string shim)
    {
        var elf = File.ReadAllBytes(shim);
        ShimPatch.Apply(elf);
        var descriptor = CreateMemoryFile(LibtorchFolder.ShimName, 0);
        if (descriptor < 0)
        {
            throw new IOException($"memfd_create failed with error {Marshal.GetLastPInvokeError()}.");
        }

        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, elf, 0);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    private sealed record LoadedTorch(string Folder, nint Libtorch, nint Shim, bool Corrected);
}
