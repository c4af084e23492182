using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Every error of one configuration file, in the order of its lines.</summary>
public sealed class ConfigurationException : ArtifactException
{
    public ConfigurationException(string file, IReadOnlyList<ConfigurationError> errors)
        : base(Describe(file, errors))
    {
        File = file;
        Errors = errors;
    }

    public string File { get; }

    public IReadOnlyList<ConfigurationError> Errors { get; }

    private static string Describe(string file, IReadOnlyList<ConfigurationError> errors)
    {
        var text = new StringBuilder();
        text.Append(InertText.Of(file)).Append(errors.Count == 1 ? ": 1 error" : $": {errors.Count} errors");
        foreach (var error in errors)
        {
            text.Append('\n').Append(InertText.Of(file));
            if (error.Line > 0)
            {
                text.Append(':').Append(error.Line);
            }

            text.Append(": ").Append(error.Message);
        }

        return text.ToString();
    }
}

/// <summary>One thing wrong with a configuration. The line counts from 1; 0 where there is none.</summary>
public sealed record ConfigurationError(int Line, string Message);
