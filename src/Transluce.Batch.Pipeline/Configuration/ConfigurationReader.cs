using System.Text.Json.Nodes;

namespace Transluce.Batch.Pipeline;

/// <summary>Reads a configuration into its options record: from a YAML file, or from the JSON that a plan keeps of one.</summary>
public static class ConfigurationReader
{
    /// <summary>Reads a YAML file. Paths in it are left as they are written; the job resolves them against the file's folder.</summary>
    /// <exception cref="ConfigurationException">Names every error of the file with its line.</exception>
    public static ConfigurationFile<TConfig> Read<TConfig>(string yamlFile)
        where TConfig : class
    {
        var root = ConfigurationYaml.Parse(yamlFile, Content(yamlFile));
        var binder = new ConfigurationBinder(typeof(TConfig));
        var record = binder.Bind(root);
        return binder.Errors.Count > 0
            ? throw new ConfigurationException(yamlFile, binder.Errors)
            : new ConfigurationFile<TConfig>(yamlFile, (TConfig)record!, binder.Lines);
    }

    /// <summary>The text of a key at the top of a YAML file, or null where there is none: which job a file configures has to be known before it is read.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is no YAML.</exception>
    public static string? Text(string yamlFile, string key) =>
        ConfigurationYaml.Parse(yamlFile, Content(yamlFile)) is MappingNode root && root.Entries.FirstOrDefault(entry => entry.Key == key)?.Value is ScalarNode { Kind: ScalarKind.Text } scalar ? scalar.Text : null;

    /// <summary>Binds what <see cref="ToJson{TConfig}"/> wrote.</summary>
    /// <param name="json">Every key, or those that differ from the defaults.</param>
    /// <param name="origin">Where it came from, for errors.</param>
    /// <exception cref="ConfigurationException">The JSON does not fit the record.</exception>
    public static TConfig Bind<TConfig>(JsonObject json, string origin)
        where TConfig : class
    {
        var binder = new ConfigurationBinder(typeof(TConfig));
        var record = binder.Bind(ConfigurationJson.Read(json));
        return binder.Errors.Count > 0 ? throw new ConfigurationException(origin, binder.Errors) : (TConfig)record!;
    }

    /// <summary>The whole configuration with every default filled in.</summary>
    public static JsonObject ToJson<TConfig>(TConfig config)
        where TConfig : class
        => ConfigurationJson.Write(config);

    private static byte[] Content(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            // One byte more than allowed tells a file that is too large, whatever its length claims to be (devices have none).
            var content = new byte[ConfigurationYaml.MaximumBytes + 1];
            var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return content[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException(file, [new ConfigurationError(0, $"cannot be read: {Reason(file, exception)}")]);
        }
    }

    private static string Reason(string file, Exception exception) => exception switch
    {
        _ when Directory.Exists(file) => "it is a folder; give a YAML file such as pipeline-config/demo/neurons.yaml",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file; paths are relative to the working directory",
        UnauthorizedAccessException => "this user may not read it",
        _ => exception.Message,
    };
}

/// <summary>A configuration with the lines of its keys, so that what is found wrong later can be shown in the file too.</summary>
public sealed record ConfigurationFile<TConfig>(string Path, TConfig Value, IReadOnlyDictionary<string, int> Lines)
    where TConfig : class
{
    /// <summary>An error about one key, to throw.</summary>
    /// <param name="keyPath">Such as <c>model.path</c>.</param>
    /// <param name="message">What is wrong with its value, what was expected and what to do.</param>
    public ConfigurationException Refuse(string keyPath, string message) =>
        new(Path, [new ConfigurationError(Lines.GetValueOrDefault(keyPath), $"'{keyPath}': {message}")]);
}
