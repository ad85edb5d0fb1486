using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class SendingLargeFiles
{
    // Whole blocks, so that each needs one read.
    private const int Size = 10 * 512 * MailFile.OctetsPerLine;

    [Fact]
    public async Task The_mail_arrives_whole_and_its_size_is_announced()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var mail = await MailAsync(Engine.Blobs);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(mail, server.AsHost())).Verdict);
        var content = Assert.Single(server.Contents);
        Assert.Equal(await mail.AssembledAsync(Engine.Blobs), content);
        Assert.Contains($"MAIL FROM:<{mail.ReversePath}> SIZE={content.Length}", server.Commands);
    }

    [Fact]
    public async Task Trouble_in_the_middle_ends_the_connection_without_the_end_of_content_and_no_other_host_is_tried()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var other = ScriptedSmtpServer.Start();
        var blobs = new BreakingBlobs(Engine.Blobs) { OnOpen = (_, stream) => BreakingBlobs.FailAfter(Size - 1, stream) };
        await using var engine = Engine.With(services => services.AddSingleton<IBlobStore>(blobs));
        var outcome = await engine.SendAsync(await MailAsync(Engine.Blobs), server.AsHost(), other.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal("The blob store did not answer: IOException", outcome.Attempt.Reply);
        Assert.Empty(server.Contents);
        Assert.Equal(0, other.Connections);

        // The broken connection is not used again.
        blobs.OnOpen = (_, stream) => stream;
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(await MailAsync(Engine.Blobs), server.AsHost())).Verdict);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(26, false)]
    public async Task The_time_limit_is_one_for_each_block(int secondsPerBlock, bool isInTime)
    {
        var time = new FakeTimeProvider();
        var blobs = new BreakingBlobs(Engine.Blobs)
        {
            OnOpen = (_, stream) =>
                BreakingBlobs.Before(
                    stop =>
                    {
                        time.Advance(TimeSpan.FromSeconds(secondsPerBlock));
                        stop.ThrowIfCancellationRequested();
                        return Task.CompletedTask;
                    },
                    InMemory(stream)
                ),
        };
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(
            services => services.AddSingleton<IBlobStore>(blobs).AddSingleton<TimeProvider>(time),
            ("ContentTimeout", "00:00:25")
        );
        var outcome = await engine.SendAsync(await MailAsync(Engine.Blobs), server.AsHost());
        Assert.Equal(isInTime, outcome.Verdict is Verdict.Delivered);
        Assert.Equal(isInTime ? 1 : 0, server.Contents.Count);
    }

    private static MemoryStream InMemory(Stream stream)
    {
        using (stream)
        {
            var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return copy;
        }
    }

    private static async Task<RenderedMail> MailAsync(IBlobStore blobs)
    {
        var key = $"attachments/{Ids.New(TimeProvider.System):N}";
        var bytes = new byte[Size];
        Random.Shared.NextBytes(bytes);
        await blobs.PutAsync(key, new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var mail = TestMail.To("u@b.test", "before\r\n\r\nafter\r\n");
        return mail with { Files = [new MailFile(mail.Bytes.Length - "\r\nafter\r\n".Length, key, Size)] };
    }
}
