using System.Text.Json.Serialization;

namespace Transluce.Batch.LanguageModels;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Untrusted text.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>Chat formats we write by hand; there is no Jinja here.</summary>
public enum ChatFormatName
{
    Llama3,

    [JsonStringEnumMemberName("chatml")]
    ChatMl,
}
