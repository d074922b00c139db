import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client of a provider of JSSE: the protocol of client_test.go. */
public final class JavaClient {
  private static int seconds = 10;
  private static String provider = "SunJSSE";

  public static void main(String[] args) throws Exception {
    if (args.length > 0) seconds = Integer.parseInt(args[0]);
    System.out.println(args.length > 1 ? bouncyCastle() : "OpenJDK " + Runtime.version().feature());
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null; ) {
      String[] word = line.split(" ");
      System.out.println(attempt(word[0], Integer.parseInt(word[1]), word[2], word[3], word[4].equals("verify")));
    }
    System.exit(0);
  }

  /** Takes Bouncy Castle for everything, and returns its name and version. */
  private static String bouncyCastle() throws ReflectiveOperationException {
    Provider other = null;
    for (String name : List.of("jce.provider.BouncyCastleProvider", "jsse.provider.BouncyCastleJsseProvider")) {
      other = (Provider) Class.forName("org.bouncycastle." + name).getDeclaredConstructor().newInstance();
      Security.addProvider(other);
    }
    provider = other.getName();
    return "Bouncy Castle " + Security.getProvider("BC").getVersionStr();
  }

  private static String attempt(String address, int port, String name, String ca, boolean verify) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), seconds * 1000);
      plain.setSoTimeout(seconds * 1000);
      SSLContext context = SSLContext.getInstance("TLS", provider);
      context.init(null, verify ? trusting(ca) : new TrustManager[] {new Credulous()}, null);
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
      SSLParameters parameters = socket.getSSLParameters();
      if (verify) parameters.setEndpointIdentificationAlgorithm("HTTPS");
      if (!name.matches("[0-9.]+")) parameters.setServerNames(List.of(new SNIHostName(name)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      InputStream in = socket.getInputStream();
      byte[] greeting = new byte[4];
      int length = in.read(greeting);
      return length > 0 && new String(greeting, 0, length).startsWith("2") ? "ok" : "refused no greeting";
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return "refused " + words(e);
    }
  }

  /** The innermost cause, which says most, as its class and its message. */
  private static String words(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) cause = cause.getCause();
    return (cause.getClass().getSimpleName() + ": " + cause.getMessage()).replaceAll("\\s+", " ");
  }

  private static TrustManager[] trusting(String ca) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = new FileInputStream(ca)) {
      int n = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, c);
      }
    }
    TrustManagerFactory factory = provider.equals("SunJSSE") ? TrustManagerFactory.getInstance("PKIX")
        : TrustManagerFactory.getInstance("PKIX", provider);
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Believes anybody. It is of the extended kind, so that the library adds no checks of its own. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
  }
}
