import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Sends a message with Jakarta Mail, as FAKEMX_* say.
 *
 * usage: JakartaMailer [identity|required|default]
 *
 * identity demands STARTTLS and verifies the chain and the name; required
 * demands STARTTLS, and verifies what the library does by itself; default is
 * what it does when it is told nothing. The trust store is given to the JVM.
 */
public final class JakartaMailer {
    public static void main(String[] args) throws Exception {
        String mode = args.length > 0 ? args[0] : "identity";
        String scheme = env("SCHEME");
        Properties properties = new Properties();
        String prefix = "mail." + scheme + ".";
        properties.put(prefix + "host", env("HOST"));
        properties.put(prefix + "port", env("PORT"));
        properties.put(prefix + "connectiontimeout", "30000");
        properties.put(prefix + "timeout", "30000");
        properties.put("mail.smtp.from", env("FROM"));
        if (!mode.equals("default")) {
            properties.put("mail.smtp.starttls.enable", "true");
            properties.put("mail.smtp.starttls.required", "true");
        }
        if (mode.equals("identity")) {
            properties.put(prefix + "ssl.checkserveridentity", "true");
        }
        Session session = Session.getInstance(properties);
        try (var in = Files.newInputStream(Path.of(env("MESSAGE")))) {
            Message message = new MimeMessage(session, in);
            try (Transport transport = session.getTransport(scheme)) {
                transport.connect();
                transport.sendMessage(message, InternetAddress.parse(env("RECIPIENTS")));
            }
        }
    }

    private static String env(String name) {
        return System.getenv("FAKEMX_" + name);
    }
}
