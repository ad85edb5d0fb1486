using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Images;

/// <summary>One running door for the tests of a class.</summary>
public sealed class ImageDoor : IAsyncLifetime
{
    public Product Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

    public ValueTask DisposeAsync() => Product.DisposeAsync();
}
