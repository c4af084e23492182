using System.Text.Json;
using System.Text.Unicode;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>One value of a JSON file that came from outside, with where it stands, so that every error names file, place, value and expectation.</summary>
public readonly struct CheckedJson
{
    private readonly JsonElement element;
    private readonly string file;
    private readonly string path;

    private CheckedJson(JsonElement element, string file, string path)
    {
        this.element = element;
        this.file = file;
        this.path = path;
    }

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Parses a whole file: strict UTF-8, no comments, no property given twice, at most 64 levels.</summary>
    /// <exception cref="ArtifactException">The file is missing, larger than <paramref name="maximumBytes"/>, or not JSON.</exception>
    public static CheckedJson Read(string file, long maximumBytes)
    {
        if (!File.Exists(file))
        {
            throw new ArtifactException($"'{file}' is missing; a Hugging Face model folder holds it.");
        }

        var length = FileLength.Of(file);
        if (length > maximumBytes)
        {
            throw new ArtifactException($"'{file}' has {length} bytes, more than the {maximumBytes} this kind of file may have; is it the right file?");
        }

        var bytes = File.ReadAllBytes(file);
        ReadOnlyMemory<byte> content = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        if (!Utf8.IsValid(content.Span))
        {
            throw new ArtifactException($"'{file}' is not valid UTF-8; download it again.");
        }

        try
        {
            var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new CheckedJson(document.RootElement, file, "$");
        }
        catch (JsonException exception)
        {
            throw new ArtifactException($"'{file}' is not valid JSON: {exception.Message} Download it again.", exception);
        }
    }

    /// <summary>The error for this value.</summary>
    public ArtifactException Refuse(string expected)
    {
        var shown = element.ValueKind == JsonValueKind.Undefined ? "absent" : element.GetRawText();
        return new ArtifactException($"'{file}': {path} is {(shown.Length > 120 ? shown[..120] + " …" : shown)}; {expected}.");
    }

    /// <summary>A property that must be there.</summary>
    public CheckedJson Required(string name)
    {
        var value = Optional(name);
        return value.element.ValueKind == JsonValueKind.Undefined
            ? throw new ArtifactException($"'{file}': {path} has no '{name}', which a tokenizer of this kind has.")
            : value;
    }

    /// <summary>A property that counts as null where it is absent.</summary>
    public bool IsAbsent(string name) => Optional(name).element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>A property, or an undefined value.</summary>
    public CheckedJson Optional(string name)
    {
        RequireObject();
        element.TryGetProperty(name, out var value);
        return new CheckedJson(value, file, $"{path}.{name}");
    }

    /// <summary>Refuses properties other than these: an unknown one could change the ids.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Properties())
        {
            if (!names.Contains(name))
            {
                throw value.Refuse("this property is not known here, so it cannot be honoured");
            }
        }
    }

    public IEnumerable<(string Name, CheckedJson Value)> Properties()
    {
        RequireObject();
        foreach (var property in element.EnumerateObject())
        {
            var name = NameOf(property);
            yield return (name, new CheckedJson(property.Value, file, $"{path}.{name}"));
        }
    }

    public IEnumerable<CheckedJson> Items()
    {
        if (!IsArray)
        {
            throw Refuse("expected a list");
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            yield return new CheckedJson(item, file, $"{path}[{index++}]");
        }
    }

    public string Text()
    {
        if (!IsText)
        {
            throw Refuse("expected a string");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new ArtifactException($"'{file}': {path} holds half of a surrogate pair, which is no text.", exception);
        }
    }

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse("expected true or false"),
    };

    public int Integer() => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= 0
        ? value
        : throw Refuse("expected an integer of 0 to 2147483647");

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new ArtifactException($"'{file}': a property of {path} has half of a surrogate pair in its name, which is no text.", exception);
        }
    }

    private void RequireObject()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Refuse("expected an object");
        }
    }
}
