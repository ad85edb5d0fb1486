using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ScaiSend.Contracts.Messages;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>What we write is read by others: Python's parser sees the same mail, and finds no defect in it.</summary>
public sealed class OtherParserTests
{
    private const string Python = "/usr/bin/python3";

    public static TheoryData<string, string, string, string> Cases =>
        new()
        {
            { "Hello", "Jane Doe", "text\nlines\n", "report.pdf" },
            { "Schöne Grüße aus Köln", "Müller, Jörg", "Schöne Grüße = alles\n", "Übersicht.pdf" },
            { "ご注文ありがとうございます。商品は三営業日以内に発送されます。", "山田 太郎", "日本語の本文\n", "請求書.pdf" },
            {
                "🎉 " + string.Concat(Enumerable.Repeat("very long subject ", 30)) + "👩‍👩‍👧‍👦",
                "Jane \"JD\" \\ Doe",
                new string('x', 3000) + "\n",
                "🎉 final (2).gif"
            },
            { "Ваш заказ", "Иван Петров", "От Ивана\n", "отчёт.xlsx" },
            { "مرحبا بالعالم", "محمد", "مرحبا\n", "ملف.txt" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Python_reads_what_was_given(string subject, string name, string text, string fileName)
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        var email = Mails
            .Plain.WithSubject(subject)
            .WithHeader("X-Custom", subject)
            .With(content => content with { From = new Address("shop@bücher.example", name) })
            .To(new Address("jane@example.org", name), new Address("joe@example.org", null))
            .WithContent(("text/plain", text), ("text/html", $"<p>{text}</p>\n"));
        email = await email.WithFileAsync("logo.png", "image/png", [1, 2, 255], "logo");
        email = await email.WithFileAsync(fileName, "application/pdf", [0, 13, 10, 200]);

        var mail = await ReadAsync((await email.RenderAsync()).Bytes);

        Assert.Empty(mail.GetProperty("defects").EnumerateArray());
        Assert.Equal((subject, subject), (Text(mail, "subject"), Text(mail, "custom")));
        Assert.Equal("2026-11-24T07:05:03+00:00", Text(mail, "date"));
        Assert.Equal($"""[["{Json(name)}","shop@xn--bcher-kva.example"]]""", Compact(mail, "from"));
        Assert.Equal($"""[["{Json(name)}","jane@example.org"],["","joe@example.org"]]""", Compact(mail, "to"));
        Assert.Equal(
            ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf"],
            mail.GetProperty("types").EnumerateArray().Select(type => type.GetString()!)
        );
        var parts = mail.GetProperty("parts");
        Assert.Equal(
            [text, $"<p>{text}</p>\n", "0102ff", "000d0ac8"],
            parts.EnumerateArray().Select(part => Text(part, "content").ReplaceLineEndings("\n"))
        );
        Assert.Equal(("<logo>", "logo.png"), (Text(parts[2], "cid"), Text(parts[2], "name")));
        Assert.Equal(fileName, Text(parts[3], "name"));
    }

    private static async Task<JsonElement> ReadAsync(ReadOnlyMemory<byte> mail)
    {
        var start = new ProcessStartInfo(Python, [Path.Combine(Path.GetDirectoryName(ThisFile())!, "read_mail.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var python = Process.Start(start)!;
        await python.StandardInput.BaseStream.WriteAsync(mail, TestContext.Current.CancellationToken);
        python.StandardInput.Close();
        var json = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, python.ExitCode);
        return JsonDocument.Parse(json).RootElement;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Compact(JsonElement element, string name) => JsonSerializer.Serialize(element.GetProperty(name));

    private static string Json(string text) => JsonSerializer.Serialize(text)[1..^1];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
