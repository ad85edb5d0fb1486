using System.Text;
using ScaiSend.Contracts.Messages;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class StoredContentTests
{
    [Fact]
    public void Content_comes_back_as_it_was()
    {
        var content = Requests
            .Accepted(
                Requests.With(
                    ("headers", "{\"X-A\":\"ä\"}"),
                    ("custom_args", "{\"a\":\"b\"}"),
                    ("categories", "[\"cake\"]"),
                    ("attachments", "[{\"content\":\"aGk=\",\"filename\":\"hi.txt\"}]")
                )
            )
            .Content;

        var read = StoredContent.Read(StoredContent.Write(content));

        Assert.Equal(Encoding.UTF8.GetString(StoredContent.Write(content)), Encoding.UTF8.GetString(StoredContent.Write(read)));
        Assert.Equal(content.From, read.From);
        Assert.Equal(content.Content, read.Content);
        Assert.Equal(content.Attachments, read.Attachments);
        Assert.Equal(content.Headers, read.Headers);
    }

    [Fact]
    public void A_personalization_comes_back_as_it_was_and_nulls_are_left_out()
    {
        var own = Requests
            .Accepted(Requests.With(("personalizations/0/substitutions", "{\"-a-\":\"<b>\"}")))
            .Personalizations[0]
            .Personalization;

        var json = StoredContent.Write(own);
        var read = StoredContent.ReadPersonalization(json);

        Assert.DoesNotContain("null", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Contains("<b>", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(own.To, read.To);
        Assert.Equal(own.Substitutions, read.Substitutions);
        Assert.Null(read.Subject);
    }
}
