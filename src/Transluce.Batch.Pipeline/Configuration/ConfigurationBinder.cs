using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// Binds a configuration to options records and goes on after an error, so that all of them are reported together. A record that
/// implements <see cref="IValidatableObject"/> is asked for its cross-field rules once its own keys are sound; the member names it
/// returns are key paths below it.
/// </summary>
internal sealed class ConfigurationBinder(Type root)
{
    private readonly List<ConfigurationError> errors = [];
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);

    /// <summary>In the order of their lines.</summary>
    public IReadOnlyList<ConfigurationError> Errors => [.. errors.OrderBy(error => error.Line)];

    /// <summary>Key path (<c>corpus.sources[0].weight</c>) → line.</summary>
    public IReadOnlyDictionary<string, int> Lines => lines;

    public object? Bind(ConfigurationNode node) => BindRecord(node, RecordShape.Of(root), root, path: "", defaults: null);

    private object? BindRecord(ConfigurationNode node, RecordShape shape, Type type, string path, object? defaults)
    {
        if (node is not MappingNode mapping)
        {
            var keys = string.Join(", ", shape.Members.Select(member => member.Key));
            return Fail(node.Line, $"{Name(path)} is {Describe(node)}; expected a mapping with the keys {keys}");
        }

        var before = errors.Count;
        var entries = Entries(mapping, shape, path);
        defaults ??= shape.Defaults();
        var values = new Dictionary<RecordMember, object?>();
        foreach (var member in shape.Members)
        {
            if (entries.TryGetValue(member.Key, out var entry))
            {
                values[member] = BindMember(entry.Value, member, Join(path, member.Key), defaults);
            }
            else if (member.IsRequired && (defaults is null || member.Parameter is null))
            {
                Fail(mapping.Line, $"'{Join(path, member.Key)}' is missing; expected {ScalarBinding.Expected(member.Type, member)}{(member.Description is { } text ? $" ({text.TrimEnd('.')})" : "")}");
            }
            else
            {
                values[member] = defaults is null ? member.Parameter?.DefaultValue : member.Property.GetValue(defaults);
            }
        }

        if (errors.Count > before)
        {
            return null;
        }

        var record = shape.Create(values);
        Validate(record, path, mapping.Line);
        return record;
    }

    private Dictionary<string, MappingEntry> Entries(MappingNode mapping, RecordShape shape, string path)
    {
        var entries = new Dictionary<string, MappingEntry>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            if (shape.Members.All(member => member.Key != entry.Key))
            {
                Fail(entry.Line, $"{Name(Join(path, entry.Key))} is no key{KeySuggestion.For(entry.Key, shape, path, root)}");
            }
            else if (!entries.TryAdd(entry.Key, entry))
            {
                Fail(entry.Line, $"'{Join(path, entry.Key)}' is given twice, first in line {entries[entry.Key].Line}; keep one");
            }
            else
            {
                lines[Join(path, entry.Key)] = entry.Line;
            }
        }

        return entries;
    }

    private object? BindMember(ConfigurationNode node, RecordMember member, string path, object? defaults)
    {
        if (node is ScalarNode { Kind: ScalarKind.Null })
        {
            return member.IsNullable ? null : Fail(node.Line, $"'{path}' has no value; expected {ScalarBinding.Expected(member.Type, member)}, or leave the key out");
        }

        return BindValue(node, member.Type, member, path, defaults is null ? null : member.Property.GetValue(defaults));
    }

    private object? BindValue(ConfigurationNode node, Type type, RecordMember member, string path, object? defaults)
    {
        if (RecordShape.IsRecord(type))
        {
            return BindRecord(node, RecordShape.Of(type), type, path, defaults);
        }

        if (RecordShape.ItemTypeOf(type) is { } itemType)
        {
            return BindList(node, itemType, member, path);
        }

        if (node is not ScalarNode scalar)
        {
            return Fail(node.Line, $"'{path}' is {Describe(node)}; expected {ScalarBinding.Expected(type, member)}");
        }

        var expected = ScalarBinding.Bind(scalar, type, member, out var value);
        return expected is null ? value : Fail(node.Line, $"'{path}' is {Describe(node)}; expected {expected}");
    }

    private Array? BindList(ConfigurationNode node, Type itemType, RecordMember member, string path)
    {
        if (node is not SequenceNode sequence)
        {
            Fail(node.Line, $"'{path}' is {Describe(node)}; expected {ScalarBinding.Expected(member.Type, member)}");
            return null;
        }

        if (member.MinLength is { } minimum && sequence.Items.Count < minimum.Length)
        {
            Fail(node.Line, $"'{path}' has {sequence.Items.Count} items; expected at least {minimum.Length}");
        }

        var list = new ArrayList(sequence.Items.Count);
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            var item = sequence.Items[i];
            var itemPath = $"{path}[{i}]";
            lines[itemPath] = item.Line;
            list.Add(item is ScalarNode { Kind: ScalarKind.Null }
                ? Fail(item.Line, $"'{itemPath}' has no value; expected {ScalarBinding.Expected(itemType, member)}")
                : BindValue(item, itemType, member, itemPath, defaults: null));
        }

        return list.Cast<object?>().Any(item => item is null) ? null : list.ToArray(itemType);
    }

    private void Validate(object record, string path, int line)
    {
        if (record is not IValidatableObject rules)
        {
            return;
        }

        foreach (var result in rules.Validate(new ValidationContext(record)).Where(result => result != ValidationResult.Success))
        {
            var key = result.MemberNames.FirstOrDefault();
            var keyPath = key is null ? path : Join(path, key);
            Fail(LineOf(keyPath, line), $"{Name(keyPath)}: {result.ErrorMessage}");
        }
    }

    /// <summary>A default has no line of its own: then the nearest key above it that is in the file.</summary>
    private int LineOf(string path, int fallback)
    {
        for (var current = path; current.Length > 0; current = current[..Math.Max(0, current.LastIndexOf('.'))])
        {
            if (lines.TryGetValue(current, out var line))
            {
                return line;
            }
        }

        return fallback;
    }

    private object? Fail(int line, string message)
    {
        errors.Add(new ConfigurationError(line, message));
        return null;
    }

    private static string Describe(ConfigurationNode node) => node switch
    {
        ScalarNode { Kind: ScalarKind.Null } => "empty",
        ScalarNode { Kind: ScalarKind.Text } text => $"'{InertText.Of(text.Text, 60)}'",
        ScalarNode scalar => InertText.Of(scalar.Text, 60),
        SequenceNode => "a list",
        _ => "a mapping",
    };

    private static string Name(string path) => path.Length == 0 ? "the configuration" : $"'{InertText.Of(path, 80)}'";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
