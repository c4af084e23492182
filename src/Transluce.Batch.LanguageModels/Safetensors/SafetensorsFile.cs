using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Transluce.Batch.Artifacts;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>A memory-mapped safetensors file: its pages are file cache, not memory of this process, and are shared between processes.</summary>
public sealed unsafe partial class SafetensorsFile : IDisposable
{
    // The native side keeps this pointer; the file, not the tensor, owns the memory.
    private static readonly Deleter KeepMemory = static _ => { };

    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;

    private SafetensorsFile(string path, IReadOnlyDictionary<string, SafetensorsEntry> entries)
    {
        Path = path;
        Entries = entries;
        mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    private delegate void Deleter(nint context);

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <exception cref="ArtifactException">The file is missing, damaged or hostile.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            TorchRuntime.Initialize();
            return new SafetensorsFile(path, SafetensorsHeader.Read(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The tensor over the mapped bytes, without a copy. Read only (a write ends the process), and only while this file is open.</summary>
    public Tensor Map(string name)
    {
        var entry = Entries.TryGetValue(name, out var found)
            ? found
            : throw new ArtifactException($"'{Path}' holds no tensor '{name}'.");
        var shape = entry.Shape.ToArray();
        fixed (long* sizes = shape)
        {
            var handle = NewTensor(start + entry.Offset, KeepMemory, sizes, shape.Length, (sbyte)entry.Dtype, (sbyte)entry.Dtype, (int)TorchSharp.DeviceType.CPU, -1, 0);
            return handle == 0
                ? throw new ArtifactException($"'{Path}': tensor '{name}' cannot be mapped.")
                : Tensor.UnsafeCreateTensor(handle);
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapping.Dispose();
    }

    // TorchSharp's own entry point: its managed wrappers would copy, or pin a managed array. Its signature belongs to 0.107.0; a golden test reads through it.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static partial nint NewTensor(void* data, Deleter deleter, long* sizes, int dimensions, sbyte storedType, sbyte dtype, int deviceType, int deviceIndex, byte requiresGrad);
}
