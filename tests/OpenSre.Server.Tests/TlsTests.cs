using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenSre.Tests.Server;

/// <summary>https, and clients that must show a certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opensre-tls-");
    private readonly X509Certificate2 _authority = Authority("one");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Only_clients_of_the_authority_come_in()
    {
        await using var server = await StartAsync();
        using var ours = Issue(_authority, "client", server: false);
        using var foreignAuthority = Authority("another");
        using var foreign = Issue(foreignAuthority, "client", server: false);
        using var serversOwn = Issue(_authority, "no-client", server: true);
        Assert.Equal("ok\n", await GetAsync(server, ours));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(server, null));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(server, foreign));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(server, serversOwn));
    }

    [Fact]
    public async Task With_mutual_tls_no_token_is_needed_beyond_this_machine()
    {
        await using var server = await StartAsync("https://0.0.0.0:0");
        using var ours = Issue(_authority, "client", server: false);
        Assert.Equal("ok\n", await GetAsync(server, ours));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", false)]
    [InlineData("http://127.0.0.1:0", true)]
    public async Task An_https_address_and_a_certificate_belong_together(string url, bool certificate)
    {
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(s => s with { Url = url, Certificate = certificate ? ServerFile() : null }));
        Assert.Contains("belong together", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_a_sentence()
    {
        var file = Path.Combine(_folder.FullName, "no.pem");
        await File.WriteAllTextAsync(file, "nothing", TestContext.Current.CancellationToken);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(s => s with { Url = "https://127.0.0.1:0", Certificate = file }));
        Assert.Contains("cannot be used", e.Message, StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(string url = "https://127.0.0.1:0")
    {
        var authority = Path.Combine(_folder.FullName, "authority.pem");
        File.WriteAllText(authority, _authority.ExportCertificatePem());
        return TestServer.StartAsync(s => s with { Url = url, Certificate = ServerFile(), ClientAuthority = authority });
    }

    private string ServerFile()
    {
        using var certificate = Issue(_authority, "localhost", server: true);
        var path = Path.Combine(_folder.FullName, "server.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return path;
    }

    private async Task<string> GetAsync(TestServer server, X509Certificate2? certificate)
    {
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, given, _, _) => given is not null && given.Issuer == _authority.Subject } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        using var client = new HttpClient(handler);
        return await client.GetStringAsync($"https://127.0.0.1:{new Uri(server.Server.Address).Port}/healthz", TestContext.Current.CancellationToken);
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, bool server)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        using var bare = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
