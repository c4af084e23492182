namespace Transluce.Batch.Pipeline;

/// <summary>A place in a configuration, whether it was written as YAML or as the JSON of a plan. Lines count from 1; 0 stands for "no line" (JSON).</summary>
internal abstract record ConfigurationNode(int Line);

/// <summary>A scalar. <paramref name="Kind"/> follows the YAML 1.2 core schema, which JSON shares.</summary>
internal sealed record ScalarNode(int Line, string Text, ScalarKind Kind) : ConfigurationNode(Line);

internal sealed record SequenceNode(int Line, IReadOnlyList<ConfigurationNode> Items) : ConfigurationNode(Line);

/// <summary>A mapping in file order; a key that stands twice is kept twice, so that the binder can name both lines.</summary>
internal sealed record MappingNode(int Line, IReadOnlyList<MappingEntry> Entries) : ConfigurationNode(Line);

internal sealed record MappingEntry(int Line, string Key, ConfigurationNode Value);

internal enum ScalarKind
{
    Null,
    Boolean,
    Number,
    Text,
}
