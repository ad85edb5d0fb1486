using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Messages;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Cli.Messages;

/// <summary><c>scaisend message</c>: what happened to a message; <c>scaisend explain</c>: the same in plain language. Neither shows what it says.</summary>
internal static class MessageCommands
{
    /// <summary>Exit code when there is no such message.</summary>
    public const int NothingFound = 1;

    public static Command Message()
    {
        var id = Id();
        return OperatorCommand.New(
            "message",
            "Shows a message's recipients, each with its state, events and attempts",
            [id],
            async (parsed, context, cancellationToken) =>
            {
                var messageId = Read(parsed.GetValue(id)!);
                if (await FindAsync(context, messageId, cancellationToken) is not { } rows)
                    return await NotFoundAsync(context, messageId);
                if (context.IsJson)
                    await context.PrintAsync(Body(rows), () => "");
                else
                    await Terminal.WriteAsync(context.Console.Output, console => MessageView.Write(console, rows));
                return 0;
            }
        );
    }

    public static Command Explain()
    {
        var id = Id();
        var depth = new Option<Depth>("--depth")
        {
            Description = "For whom: caller, support or operator, who is told most",
            DefaultValueFactory = _ => Depth.Operator,
        };
        // An enum would be read from numbers and lists, too.
        depth.AcceptOnlyFromAmong("caller", "support", "operator");
        return OperatorCommand.New(
            "explain",
            "Says in plain language where each email of a message stands, why, what happens next, and what may be done",
            [id, depth],
            async (parsed, context, cancellationToken) =>
            {
                var messageId = Read(parsed.GetValue(id)!);
                var rows = await FindAsync(context, messageId, cancellationToken);
                var explained = rows is null
                    ? null
                    : await ActivatorUtilities
                        .CreateInstance<MessageExplanation>(context.Services)
                        .ReadAsync(rows.Message.TenantId, messageId, parsed.GetValue(depth), cancellationToken);
                if (explained is null)
                    return await NotFoundAsync(context, messageId);
                if (context.IsJson)
                    await context.PrintAsync(JsonSerializer.SerializeToElement(explained, ExplanationEndpoints.Json), () => "");
                else
                    await Terminal.WriteAsync(context.Console.Output, console => ExplanationView.Write(console, explained));
                return 0;
            }
        );
    }

    private static Argument<string> Id() => new("id") { Description = "The message's id, msg_…" };

    private static Guid Read(string text) =>
        Ids.TryRead(Ids.Message, text, out var id)
            ? id
            : throw new WrongArgumentException($"'{text}' is no id of a message; allowed is msg_ and 32 hexadecimal digits");

    private static async Task<MessageRows?> FindAsync(OperatorContext context, Guid messageId, CancellationToken cancellationToken)
    {
        var database = context.Get<MailDatabase>();
        if (await ContentLook.FindAsync(database, messageId, cancellationToken) is not { } message)
            return null;
        await using var db = database.For(message.TenantId);
        return await MessageRows.ReadAsync(db, messageId, cancellationToken);
    }

    private static async Task<int> NotFoundAsync(OperatorContext context, Guid messageId)
    {
        await context.Console.Error.WriteLineAsync($"There is no message {Ids.Show(Ids.Message, messageId)}");
        return NothingFound;
    }

    // As GET /v3/messages/{id}, without what the message says.
    private static object Body(MessageRows rows)
    {
        var message = rows.Message;
        return new
        {
            id = Ids.Show(Ids.Message, message.Id),
            tenant_id = Ids.Show(Ids.Tenant, message.TenantId),
            status = MessageView.Status(rows),
            from_email = message.FromEmail,
            template_id = message.TemplateId,
            batch_id = message.BatchId,
            send_at = message.SendAt,
            created_at = message.CreatedAt,
            body_deleted_at = message.BodyDeletedAt,
            emails = rows.Emails.Select(e => MessageDetail.Show(e, rows.Events[e.Id], rows.Attempts[e.Id])),
        };
    }
}
