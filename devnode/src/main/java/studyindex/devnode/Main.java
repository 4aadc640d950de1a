package studyindex.devnode;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Runs one Elasticsearch node until a signal ends it.
 *
 * <p>Arguments are Elasticsearch settings ({@code path.home=… http.port=…}). There are two system properties:
 * <ul>
 *   <li>{@code studyindex.url.file}: once the node answers, its URL is written to this file, so that the port can
 *       be left to the operating system;
 *   <li>{@code studyindex.until.stdin.ends=true}: the node ends when its standard input is closed, that is, when the
 *       process that started it has ended, even where that was killed.
 * </ul>
 */
public final class Main {
    private static final int CLOSE_SECONDS = 10;

    private Main() {}

    public static void main(String[] args) {
        try {
            run(args);
        } catch (Exception e) {
            e.printStackTrace();
            // The reasons come last, since a message about a failed start shows the end of the log.
            System.err.println("The node cannot start:");
            for (Throwable reason = e; reason != null; reason = reason.getCause()) {
                System.err.println("  " + reason);
            }
            // Threads of a half-started node would keep the process alive.
            System.exit(1);
        }
    }

    private static void run(String[] args) throws Exception {
        Environment environment = environment(settings(args));
        LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
        LogConfigurator.configure(environment, true);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false
        );
        Node node = new Node(environment, plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "close-node"));
        node.start();
        announce(node);
        if (Boolean.getBoolean("studyindex.until.stdin.ends")) {
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        }
        // The node's own threads do not keep the process alive; a signal ends it.
        new CountDownLatch(1).await();
    }

    private static Map<String, String> settings(String[] args) {
        Map<String, String> settings = new HashMap<>();
        for (String arg : args) {
            String[] pair = arg.split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException("not a setting, key=value: " + arg);
            }
            settings.put(pair[0], pair[1]);
        }
        return settings;
    }

    private static Environment environment(Map<String, String> settings) {
        Path config = Path.of(settings.get("path.home"), "config");
        return InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, settings, config, () -> "light");
    }

    private static void announce(Node node) throws IOException {
        InetSocketAddress address = node.injector()
            .getInstance(HttpServerTransport.class)
            .boundAddress()
            .publishAddress()
            .address();
        String url = "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
        Path file = Path.of(System.getProperty("studyindex.url.file"));
        Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), url);
        // Renamed, so that a reader never sees half a URL.
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void close(Node node) {
        try {
            node.prepareForClose();
            node.close();
            if (!node.awaitClose(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The node did not close within " + CLOSE_SECONDS + " s.");
            }
        } catch (IOException | InterruptedException e) {
            e.printStackTrace();
        }
    }
}
