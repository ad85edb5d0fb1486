using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using MySqlConnector;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Makes a product's database slow, or cuts it off, without touching the server that other tests use.</summary>
public static class DatabaseTrouble
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Holds what a writer of this email needs until disposed: the row, or SQLite's one place for writers.</summary>
    public static async Task<IAsyncDisposable> HoldAsync(this Product product, Stack stack, Guid emailId)
    {
        var url = product.Settings["Database:Url"]!;
        DbConnection connection =
            stack == Stack.Embedded
                ? new SqliteConnection($"Data Source={url["sqlite://".Length..]};Pooling=False")
                : new MySqlConnection(
                    new MySqlConnectionStringBuilder(Stacks.Setting(stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB"))
                    {
                        Database = product.DatabaseName,
                        // Closed is closed: what it holds is free at once.
                        Pooling = false,
                    }.ConnectionString
                );
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText =
            stack == Stack.Embedded ? "BEGIN IMMEDIATE" : $"BEGIN; SELECT id FROM emails WHERE id=x'{emailId:N}' FOR UPDATE";
        await command.ExecuteNonQueryAsync(Stop);
        return connection;
    }
}

/// <summary>A wire to a server, which can be cut and mended.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _ends = [];
    private readonly string _host;
    private readonly int _port;
    private readonly Task _running;
    private bool _isCut;

    public Wire(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (_ends)
        {
            _isCut = true;
            foreach (var end in _ends)
                end.Dispose();
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_ends)
            _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _end.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_end.Token);
            var far = new TcpClient();
            lock (_ends)
            {
                if (_isCut)
                {
                    near.Dispose();
                    far.Dispose();
                    continue;
                }
                _ends.AddRange([near, far]);
            }
            _ = JoinAsync(near, far);
        }
    }

    private async Task JoinAsync(TcpClient near, TcpClient far)
    {
        using (near)
        using (far)
        {
            try
            {
                await far.ConnectAsync(_host, _port, _end.Token);
                await Task.WhenAny(
                    near.GetStream().CopyToAsync(far.GetStream(), _end.Token),
                    far.GetStream().CopyToAsync(near.GetStream(), _end.Token)
                );
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
        }
    }
}
