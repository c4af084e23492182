using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// Parses the part of YAML a configuration needs: one document of mappings with plain keys, sequences and scalars. Anchors, aliases and
/// tags are refused, which also rules out alias bombs; size, depth and number of nodes are capped.
/// </summary>
internal sealed class ConfigurationYaml
{
    public const int MaximumBytes = 256 * 1024;
    private const int MaximumDepth = 32;
    private const int MaximumNodes = 20_000;

    private readonly Parser parser;
    private int nodes;

    private ConfigurationYaml(string text) => parser = new Parser(new StringReader(text));

    /// <exception cref="ConfigurationException">The text is no such YAML; the error names the line.</exception>
    public static ConfigurationNode Parse(string file, byte[] content)
    {
        try
        {
            return new ConfigurationYaml(Decode(content)).ParseDocument();
        }
        catch (YamlException exception)
        {
            var line = Math.Max(1, (int)exception.Start.Line);
            var reason = exception is Refusal ? exception.Message : $"not valid YAML: {Reason(exception)}";
            throw new ConfigurationException(file, [new ConfigurationError(line, reason)]);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The parser has a few paths on broken input that throw something other than its own exception.
            throw new ConfigurationException(file, [new ConfigurationError(0, "not valid YAML: the parser cannot read it; check indentation, quotes and brackets")]);
        }
    }

    private static string Decode(byte[] content)
    {
        if (content.Length > MaximumBytes)
        {
            throw new Refusal(1, $"the file is larger than {MaximumBytes / 1024} KiB; a configuration is a page of text, so this is probably another file");
        }

        var line = 1;
        var rest = content.AsSpan();
        rest = rest.StartsWith(Encoding.UTF8.Preamble) ? rest[3..] : rest;
        var text = new StringBuilder();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                throw new Refusal(line, $"byte 0x{rest[0]:X2} is not UTF-8; save the file as UTF-8");
            }

            if (rune.Value == '\t' && IsIndentation(text))
            {
                throw new Refusal(line, "a tab indents this line; YAML indents with spaces");
            }

            if (rune.Value is < ' ' and not ('\t' or '\n' or '\r') or 0x7F or (>= 0x80 and < 0xA0))
            {
                throw new Refusal(line, $"control character U+{rune.Value:X4}; a configuration is plain text");
            }

            line += rune.Value == '\n' ? 1 : 0;
            text.Append(rune.ToString());
            rest = rest[consumed..];
        }

        return text.ToString();
    }

    private static bool IsIndentation(StringBuilder text)
    {
        for (var i = text.Length - 1; i >= 0 && text[i] != '\n'; i--)
        {
            if (text[i] != ' ')
            {
                return false;
            }
        }

        return true;
    }

    private ConfigurationNode ParseDocument()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd)
        {
            throw new Refusal(1, "the file is empty; expected a configuration, see pipeline-config/ for examples");
        }

        Next();
        var root = ParseNode(depth: 0);
        Next<DocumentEnd>();
        if (Next() is not StreamEnd)
        {
            throw new Refusal((int)parser.Current!.Start.Line, "a second YAML document begins here; a file holds one configuration");
        }

        return root;
    }

    private ConfigurationNode ParseNode(int depth)
    {
        var current = parser.Current!;
        var line = (int)current.Start.Line;
        if (++nodes > MaximumNodes)
        {
            throw new Refusal(line, $"more than {MaximumNodes} values in one file");
        }

        if (depth > MaximumDepth)
        {
            throw new Refusal(line, $"nested more than {MaximumDepth} deep");
        }

        if (current is AnchorAlias)
        {
            throw new Refusal(line, "aliases (*name) are not supported; write the value out");
        }

        if (current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw new Refusal(line, "anchors (&name) are not supported; write the value out where it is needed");
        }

        if (current is NodeEvent { Tag.IsEmpty: false } tagged && !(tagged is Scalar { Tag.IsNonSpecific: true }))
        {
            throw new Refusal(line, $"the tag '{InertText.Of(tagged.Tag.Value, 40)}' is not supported; leave it out");
        }

        return current switch
        {
            Scalar scalar => new ScalarNode(line, scalar.Value, scalar.Style == ScalarStyle.Plain ? PlainScalar.KindOf(scalar.Value) : ScalarKind.Text),
            SequenceStart => ParseSequence(line, depth),
            MappingStart => ParseMapping(line, depth),
            _ => throw new Refusal(line, "unexpected end of the configuration"),
        };
    }

    private SequenceNode ParseSequence(int line, int depth)
    {
        var items = new List<ConfigurationNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(ParseNode(depth + 1));
        }

        return new SequenceNode(line, items);
    }

    private MappingNode ParseMapping(int line, int depth)
    {
        var entries = new List<MappingEntry>();
        while (Next() is not MappingEnd)
        {
            if (ParseNode(depth + 1) is not ScalarNode key)
            {
                throw new Refusal((int)parser.Current!.Start.Line, "a key must be a plain word, not a list or a mapping");
            }

            Next();
            entries.Add(new MappingEntry(key.Line, key.Text, ParseNode(depth + 1)));
        }

        return new MappingNode(line, entries);
    }

    private ParsingEvent Next() => parser.MoveNext() && parser.Current is not null
        ? parser.Current
        : throw new Refusal(1, "not valid YAML: the file ends too early");

    private void Next<TEvent>()
    {
        if (Next() is not TEvent)
        {
            throw new Refusal((int)parser.Current!.Start.Line, "not valid YAML: unexpected text after the configuration");
        }
    }

    /// <summary>The parser puts "(Line: 1, Col: 2, Idx: 3) - " in some messages, and the line stands in ours already.</summary>
    private static string Reason(YamlException exception)
    {
        var message = exception.Message;
        var start = message.LastIndexOf("): ", StringComparison.Ordinal);
        return InertText.Of((start >= 0 ? message[(start + 3)..] : message).TrimEnd('.'), 200);
    }

    private sealed class Refusal(int line, string message)
        : YamlException(new Mark(0, Math.Max(1, line), 1), new Mark(0, Math.Max(1, line), 1), message);
}
