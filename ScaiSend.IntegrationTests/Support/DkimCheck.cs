using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Verifies signatures with dkimpy, by <c>verify_dkim.py</c>.</summary>
public static class DkimCheck
{
    // Debian's python3-dkim belongs to this Python, whatever other one comes first on the path.
    private const string Python = "/usr/bin/python3";

    /// <summary>Throws unless every message has signatures and all verify.</summary>
    /// <param name="records">TXT records by name.</param>
    public static async Task VerifyAsync(IReadOnlyDictionary<string, string> records, params IEnumerable<byte[]> messages)
    {
        var folder = Directory.CreateTempSubdirectory("dkim-");
        try
        {
            var recordsFile = Path.Combine(folder.FullName, "records");
            await File.WriteAllLinesAsync(recordsFile, records.Select(r => $"{r.Key} {r.Value}"));
            List<string> arguments = [ScriptPath(), recordsFile];
            foreach (var message in messages)
            {
                arguments.Add(Path.Combine(folder.FullName, $"{arguments.Count}.eml"));
                await File.WriteAllBytesAsync(arguments[^1], message);
            }
            using var python = Process.Start(
                new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var errors = python.StandardError.ReadToEndAsync();
            var output = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            Assert.True(python.ExitCode == 0, $"dkimpy does not agree:\n{output}{await errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string ScriptPath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "verify_dkim.py");
}
