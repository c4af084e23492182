namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>An entry as the central directory has it. The name is hostile text: a label, never a path.</summary>
/// <param name="Name">As written.</param>
/// <param name="Method">0 stored, 8 deflate, 93 Zstandard; others are refused when the entry is opened.</param>
/// <param name="HeaderOffset">Where the local header lies.</param>
/// <param name="Encrypted">By either scheme; refused.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="CompressedBytes">As packed.</param>
/// <param name="Crc">CRC-32 of the unpacked bytes.</param>
internal sealed record ZipEntry(string Name, int Method, bool Encrypted, uint Crc, long CompressedBytes, long Bytes, long HeaderOffset);
