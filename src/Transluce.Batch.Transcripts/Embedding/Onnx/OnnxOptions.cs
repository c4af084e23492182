using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>A sentence-transformers folder with an ONNX export.</summary>
public sealed record OnnxOptions
{
    [Description("Folder of the model, relative to this file, or its name in the local Hugging Face cache.")]
    public required string Path { get; init; }

    [Description("The ONNX file within it; needed only where there are several.")]
    [RegularExpression(@"[\w-]+(\.[\w-]+)*(/[\w-]+(\.[\w-]+)*)?", ErrorMessage = "a file name such as 'onnx/model.onnx'")]
    public string? File { get; init; }

    [Description("Texts embedded at a time, one thread each; 0 takes every core. Changes no vector.")]
    [Range(0, 1024)]
    public int Workers { get; init; }
}
