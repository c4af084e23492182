using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>How one chat template lays a conversation out, written by hand and equal to the template for conversations of text without tools.</summary>
internal sealed class ChatLayout
{
    /// <summary>What Llama 3.1's template states where no date is given.</summary>
    public const string DefaultDate = "26 Jul 2024";

    private readonly ChatTemplate template;
    private readonly string date;
    private readonly IReadOnlyDictionary<string, int> specials;
    private readonly int? beginOfText;

    public ChatLayout(ChatTemplate template, string date, IReadOnlyDictionary<string, int> specials, string? beginOfText)
    {
        this.template = template;
        this.date = date;
        this.specials = specials;
        this.beginOfText = beginOfText is null ? null : specials[beginOfText];
    }

    public ChatFormatName Format => template.Format;

    /// <summary>The layout of the folder's template, or the configured plain one; null where there is neither.</summary>
    public static ChatLayout? Choose(TokenizerSettings settings, ChatFormatName? configured, string date, IReadOnlyDictionary<string, int> specials, string tokenizerFile)
    {
        var recognised = settings.ChatTemplate is null ? null : ChatTemplate.Recognise(settings.ChatTemplate);
        if (recognised is null && configured is null)
        {
            return settings.ChatTemplate is null
                ? null
                : throw new ArtifactException(
                    $"The chat template in '{settings.TemplateFile}' is none of those known here (SHA-256 {ChatTemplate.Hash(settings.ChatTemplate)}); "
                    + "set 'model.chatFormat' to 'llama3' or 'chatml' to use the plain form of one of them.");
        }

        if (recognised is not null && configured is not null && recognised.Format != configured)
        {
            throw new ArtifactException($"'model.chatFormat' is {configured}, but the chat template in '{settings.TemplateFile}' is {recognised.Format}; remove the setting.");
        }

        var template = recognised ?? ChatTemplate.Plain(configured!.Value);
        var missing = template.SpecialTokens.FirstOrDefault(token => !specials.ContainsKey(token));
        if (missing is not null)
        {
            throw new ArtifactException($"Chat format {template.Format} needs the special token '{missing}', which '{tokenizerFile}' does not have among its added tokens.");
        }

        return template.Format == ChatFormatName.Llama3 && settings.BeginOfText is null
            ? throw new ArtifactException($"Chat format {template.Format} begins with the begin-of-text token, but no 'bos_token' is given in tokenizer_config.json beside '{tokenizerFile}'.")
            : new ChatLayout(template, date, specials, settings.BeginOfText);
    }

    public int[] Encode(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, Func<string, int[]> encode)
    {
        var text = new ChatText(encode);
        Begin(text);
        var rest = messages;
        if (messages.Count > 0 && messages[0].Role == "system")
        {
            Turn(text, "system", SystemText(messages[0].Content));
            rest = [.. messages.Skip(1)];
        }
        else if (SystemText(null) is { } system)
        {
            // SmolLM2's template adds the default inside its loop over messages, so an empty conversation stays empty.
            if (messages.Count > 0 || template.DatedSystem)
            {
                Turn(text, "system", system);
            }
        }

        foreach (var message in rest)
        {
            if (message.Role is not ("system" or "user" or "assistant"))
            {
                throw new ArtifactException($"Role '{message.Role}' is none of system, user and assistant, which are all that chat format {Format} has here.");
            }

            Turn(text, message.Role, Trim(message.Content));
        }

        if (addGenerationPrompt)
        {
            Header(text, "assistant");
        }

        return text.ToIds();
    }

    public int[] Prefix(Func<string, int[]> encode)
    {
        var text = new ChatText(encode);
        Begin(text);
        if (SystemText(null) is { } system)
        {
            Turn(text, "system", system);
        }

        Header(text, "user");
        return text.ToIds();
    }

    private void Begin(ChatText text)
    {
        if (Format == ChatFormatName.Llama3)
        {
            text.Special(beginOfText!.Value);
        }
    }

    private void Turn(ChatText text, string role, string? content)
    {
        Header(text, role);
        text.Plain(content ?? "");
        text.Special(specials[Format == ChatFormatName.Llama3 ? "<|eot_id|>" : "<|im_end|>"]);
        if (Format == ChatFormatName.ChatMl)
        {
            text.Plain("\n");
        }
    }

    private void Header(ChatText text, string role)
    {
        if (Format == ChatFormatName.Llama3)
        {
            text.Special(specials["<|start_header_id|>"]);
            text.Plain(role);
            text.Special(specials["<|end_header_id|>"]);
            text.Plain("\n\n");
        }
        else
        {
            text.Special(specials["<|im_start|>"]);
            text.Plain(role + "\n");
        }
    }

    private string? SystemText(string? given) => template.DatedSystem
        ? $"Cutting Knowledge Date: December 2023\nToday Date: {date}\n\n{Trim(given ?? "")}"
        : given is null ? template.DefaultSystem : Trim(given);

    private string Trim(string content) => template.TrimsContent ? content.Trim(PythonWhitespace) : content;

    // What Python's str.strip, which Jinja's trim filter calls, takes away; .NET's Trim leaves U+001C … U+001F.
    private static readonly char[] PythonWhitespace =
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(character => char.IsWhiteSpace(character) || character is >= '\u001C' and <= '\u001F')];
}
