using Snapshooter.Xunit3;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Configuration;

/// <summary>Error texts are part of the product: each snapshot is what a person reads.</summary>
public sealed class ConfigurationErrorTests : IDisposable
{
    private const string Minimal = """
        job: neuron-labelling
        model:
          path: model
        corpus:
          sources:
            - path: corpus/web.jsonl

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("configuration").FullName;

    [Fact]
    public void All_errors_of_a_file_are_reported_at_once() => Snapshot.Match(ErrorOf("""
        job: neuron-labeling
        modle:
          path: model
        model:
          device: gpu
          dtype: bfloat-16
          threads: -1
        corpus:
          sources:
            - path: corpus/web.jsonl
              wieght: 2
            - name: chats
            - corpus/text.txt
          sequenceLength: '95'
          sequences: 100_000
          shares: { train: 0.5, valid: 0.3, test: 0.3 }
          seed: 99999999999
        exemplars:
          topk: 20
          K: 20
          k: 20
          k: 30
          removeRepeats: yes
          quantiles: [0.1, high, .nan]
          seed: 3
        scoring:
        explanation: 7
        """));

    [Fact]
    public void Cross_field_rules_name_the_line_of_the_key() => Snapshot.Match(ErrorOf(Minimal + """
          shares: { train: 0.5, valid: 0.3, test: 0.3 }
          sequences: { train: 1000 }
          controls:
            valid: 30000
        exemplars:
          quantiles:
            - 0.5
            - 0.2
            - 1
          blocks: 2
          shards: 4
        """));

    [Fact]
    public void Rules_between_sections_are_checked_when_the_sections_are_sound() => Snapshot.Match(ErrorOf(Minimal + """
        exemplars:
          k: 10
        scoring:
          controls: 600
        """));

    [Theory]
    [InlineData("empty", "")]
    [InlineData("only a comment", "# nothing\n")]
    [InlineData("tab", "job: neuron-labelling\n\tmodel: x\n")]
    [InlineData("bracket", "job: neuron-labelling\ncorpus: { sources: [ a, b }\n")]
    [InlineData("indentation", "job: neuron-labelling\n  model: x\n")]
    [InlineData("quote", "job: \"neuron-labelling\nmodel: x\n")]
    [InlineData("two documents", "job: neuron-labelling\n---\njob: neuron-labelling\n")]
    [InlineData("alias", "job: &name neuron-labelling\nstore: *name\n")]
    [InlineData("tag", "job: !!python/object:os.system neuron-labelling\n")]
    [InlineData("merge key", "job: neuron-labelling\n<<: { store: x }\n")]
    [InlineData("list", "- job: neuron-labelling\n")]
    [InlineData("text", "neuron-labelling\n")]
    [InlineData("control character", "job: neuron-labelling\nstore: \"a\u001b[31mb\"\n")]
    [InlineData("escaped control character", "job: \"neuron\\e[31m\\u202Elabelling\"\nmodel: { path: m }\ncorpus: { sources: [ { path: x } ] }\n")]
    public void Broken_files_are_refused_with_the_line(string name, string yaml) => Snapshot.Match(ErrorOf(yaml), $"Broken_{name.Replace(' ', '_')}");

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_the_line()
    {
        var file = Path.Combine(folder, "latin1.yaml");
        File.WriteAllBytes(file, [.. "job: neuron-labelling\nstore: caf"u8, 0xE9, (byte)'\n']);
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read<NeuronLabellingConfig>(file));
        Assert.Equal(2, Assert.Single(error.Errors).Line);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_say_so()
    {
        Assert.Contains("there is no such file", Assert.ThrowsAny<Exception>(() => ConfigurationReader.Read<NeuronLabellingConfig>(Path.Combine(folder, "none.yaml"))).Message, StringComparison.Ordinal);
        Assert.Contains("it is a folder", Assert.ThrowsAny<Exception>(() => ConfigurationReader.Read<NeuronLabellingConfig>(folder)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string ErrorOf(string yaml)
    {
        var file = Path.Combine(folder, "neurons.yaml");
        File.WriteAllText(file, yaml);
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read<NeuronLabellingConfig>(file));
        return error.Message.Replace(folder + "/", "", StringComparison.Ordinal);
    }
}
