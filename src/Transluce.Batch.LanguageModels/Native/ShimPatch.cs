using System.Buffers.Binary;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Takes one symbol out of TorchSharp's native library: <c>_ZSt21ios_base_library_initv</c> of GLIBCXX_3.4.32, which only libstdc++ of
/// GCC 13.2 and later has (Debian 12, Ubuntu 22.04 and RHEL 9 have none). Newer compilers emit the call to set up std::cout early;
/// older libstdc++ does that by itself, so a harmless call to libc's getpid may stand in its place.
/// </summary>
internal static class ShimPatch
{
    public const string Symbol = "_ZSt21ios_base_library_initv";

    private const string Version = "GLIBCXX_3.4.32";
    private const string Replacement = "getpid";
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const uint DynamicSymbols = 11;
    private const uint SymbolVersions = 0x6fffffff;
    private const uint NeededVersions = 0x6ffffffe;
    private const ushort Unversioned = 1;
    private const ushort WeakVersion = 2;

    /// <summary>Edits the bytes of a 64-bit little-endian ELF library in place.</summary>
    /// <exception cref="ArtifactException">The library is not the one this was written for.</exception>
    public static void Apply(byte[] elf)
    {
        try
        {
            var sections = Sections(elf);
            var symbols = sections.Single(section => section.Kind == DynamicSymbols);
            var names = sections[(int)symbols.Link];
            var index = FindSymbol(elf, symbols, names, out var name);

            // 1. The symbol gets another name, shorter than its own, in place.
            Encoding.ASCII.GetBytes(Replacement + "\0").CopyTo(elf.AsSpan(name));

            // 2. The symbol asks for no version …
            var versions = sections.Single(section => section.Kind == SymbolVersions);
            BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(versions.Offset + (2 * index)), Unversioned);

            // 3. … and the loader does not mind that the version is missing.
            var needed = sections.Single(section => section.Kind == NeededVersions);
            MakeVersionWeak(elf, needed, sections[(int)needed.Link]);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new ArtifactException(
                $"{LibtorchFolder.ShimName} needs {Version}, which this system's libstdc++ lacks, and does not have the expected form to work around that. " +
                "Use TorchSharp 0.107.0, or a system with libstdc++ of GCC 13.2 or later (Debian 13, Ubuntu 24.04).", exception);
        }
    }

    private static int FindSymbol(byte[] elf, Section symbols, Section names, out int nameOffset)
    {
        for (var index = 0; index < symbols.Size / SymbolSize; index++)
        {
            nameOffset = names.Offset + (int)Word(elf, symbols.Offset + (index * SymbolSize));
            if (Name(elf, nameOffset) == Symbol)
            {
                return index;
            }
        }

        throw new InvalidOperationException($"Symbol {Symbol} not found.");
    }

    private static void MakeVersionWeak(byte[] elf, Section needed, Section names)
    {
        // Chains of Verneed {version, count, file, aux, next}, each with a chain of Vernaux {hash, flags, other, name, next}.
        for (var library = needed.Offset; ; library += (int)Word(elf, library + 12))
        {
            for (var entry = library + (int)Word(elf, library + 8); ; entry += (int)Word(elf, entry + 12))
            {
                if (Name(elf, names.Offset + (int)Word(elf, entry + 8)) == Version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(entry + 4), WeakVersion);
                    return;
                }

                if (Word(elf, entry + 12) == 0)
                {
                    break;
                }
            }

            if (Word(elf, library + 12) == 0)
            {
                throw new InvalidOperationException($"Version {Version} not found.");
            }
        }
    }

    private static Section[] Sections(byte[] elf)
    {
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(0x28));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(0x3c));
        return Enumerable.Range(0, count).Select(index => table + (index * SectionHeaderSize)).Select(header => new Section(
            Word(elf, header + 4),
            (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(header + 24)),
            (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(header + 32)),
            Word(elf, header + 40))).ToArray();
    }

    private static uint Word(byte[] elf, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(offset));

    private static string Name(byte[] elf, int offset) => Encoding.ASCII.GetString(elf.AsSpan(offset, elf.AsSpan(offset).IndexOf((byte)0)));

    private readonly record struct Section(uint Kind, int Offset, int Size, uint Link);
}
