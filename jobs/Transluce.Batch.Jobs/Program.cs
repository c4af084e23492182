using Transluce.Batch.Jobs;

var terminal = Terminal.OfProcess();
using var interruption = new Interruption(terminal.Error);
return CommandLine.Run(args, terminal, interruption);
