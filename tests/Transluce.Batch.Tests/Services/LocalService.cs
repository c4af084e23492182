using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Transluce.Batch.Tests.Services;

/// <summary>An HTTP service on the loopback interface, on a port of its own; requests are answered one after the other.</summary>
internal abstract class LocalService : IDisposable
{
    private readonly HttpListener listener;
    private readonly Thread thread;

    protected LocalService()
    {
        (listener, Port) = Listen();
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    public int Port { get; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/v1");

    public void Dispose()
    {
        if (listener.IsListening)
        {
            listener.Stop();
            thread.Join();
            listener.Close();
        }
    }

    protected abstract void Answer(HttpListenerContext context);

    // A port found free may be taken before it is listened on, and a listener that failed to start cannot be used again.
    private static (HttpListener Listener, int Port) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (Exception exception) when (exception is HttpListenerException or SocketException && attempt < 20)
            {
                listener.Close();
            }
        }
    }

    private void Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = listener.GetContext();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            try
            {
                Answer(context);
            }
            catch (Exception exception) when (exception is HttpListenerException or IOException)
            {
                // The client is gone, as a killed one is; the next is served.
            }
        }
    }
}
