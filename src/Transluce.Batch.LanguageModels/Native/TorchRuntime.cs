using System.Runtime.InteropServices;
using TorchSharp;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Loads libtorch and TorchSharp's native library, once per process and before their first use. Left to itself TorchSharp would look
/// beside the program only, and its library would not load where libstdc++ is older than GCC 13.2's.
/// </summary>
public static partial class TorchRuntime
{
    private static readonly Lazy<LoadedTorch> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Folder libtorch was loaded from.</summary>
    public static string LibraryFolder => Loaded.Value.Folder;

    /// <summary>True where the system's libstdc++ is too old and the library was loaded from a corrected copy in memory.</summary>
    public static bool Corrected => Loaded.Value.Corrected;

    /// <summary>Call before the first use of anything of TorchSharp; calling again costs nothing. <see cref="Llama.Load"/> does it too.</summary>
    /// <exception cref="ArtifactException">libtorch is not there, or does not fit.</exception>
    public static void Initialize() => _ = Loaded.Value;

    private static LoadedTorch Load()
    {
        var folder = LibtorchFolder.FindLibtorch();
        var shim = Path.Combine(LibtorchFolder.FindShim(), LibtorchFolder.ShimName);
        try
        {
            OpenMpSettings.Apply();

            // The dynamic linker knows a loaded library by its name, so once these are in, TorchSharp's own look-ups find them.
            foreach (var library in (ReadOnlySpan<string>)["libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"])
            {
                var path = Path.Combine(folder, library);
                if (library != "libtorch_cuda.so" || File.Exists(path))
                {
                    NativeLibrary.Load(path);
                }
            }

            var corrected = !SystemHasSymbol();
            if (corrected)
            {
                LoadCorrected(shim);
            }
            else
            {
                NativeLibrary.Load(shim);
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            return new LoadedTorch(folder, corrected);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException(
                $"libtorch in '{folder}' does not load: {exception.Message} It must be libtorch 2.10 for linux-x64 (C++11 ABI); " +
                $"unset {LibtorchFolder.Variable} to use the one of the build, or look at what `ldd {Path.Combine(folder, "libtorch_cpu.so")}` misses.", exception);
        }
    }

    private static bool SystemHasSymbol() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, ShimPatch.Symbol, out _);

    /// <summary>Loads a corrected copy from an anonymous file: nothing on disk changes, so it works in read-only folders and any number of processes may do it at once.</summary>
    private static void LoadCorrected(string shim)
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
        NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    private sealed record LoadedTorch(string Folder, bool Corrected);
}
