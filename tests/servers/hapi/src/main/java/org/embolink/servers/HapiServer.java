package org.embolink.servers;

import ca.uhn.fhir.batch2.jobs.bulkmodify.reindex.ReindexProvider;
import ca.uhn.fhir.batch2.jobs.expunge.DeleteExpungeProvider;
import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.interceptor.UserRequestRetryVersionConflictsInterceptor;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.SubscriptionTriggeringProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.PreferHandlingEnum;
import ca.uhn.fhir.rest.server.IncomingRequestAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.LoggingInterceptor;
import ca.uhn.fhir.rest.server.interceptor.SearchPreferHandlingInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * HAPI FHIR's R4 JPA server for the tests of the loop: embedded Jetty, H2 in memory, loopback only,
 * no authentication; nothing is on disk and every start is empty unless {@code hapi.database} is
 * set. All of FHIR in it is HAPI's; {@link
 * Settings} tells what can be set.
 *
 * <p>Usage: {@code java [-Dhapi.NAME=VALUE ...] -jar hapi-server.jar [PORT]}. Port 0 (default) lets
 * the system choose; the line {@code READY http://127.0.0.1:PORT/fhir after N s} on standard output
 * tells which.
 */
public final class HapiServer {
    private HapiServer() {}

    private static RestfulServer restServer(ApplicationContext spring) {
        RestfulServer server = new RestfulServer(spring.getBean(FhirContext.class));
        // Hooks of the storage fire only if the servlet shares Spring's registry of them.
        server.setInterceptorService(spring.getBean(IInterceptorService.class));
        server.setServerAddressStrategy(new IncomingRequestAddressStrategy());
        server.setDefaultResponseEncoding(EncodingEnum.JSON);
        server.setDefaultPrettyPrint(false);
        server.registerProviders(spring.getBean(ResourceProviderFactory.class).createProviders());
        for (Class<?> provider :
                List.of(
                        IJpaSystemProvider.class,
                        BulkDataExportProvider.class,
                        ReindexProvider.class,
                        DeleteExpungeProvider.class,
                        ValueSetOperationProvider.class,
                        SubscriptionTriggeringProvider.class)) {
            server.registerProvider(spring.getBean(provider));
        }
        server.setServerConformanceProvider(capabilities(server, spring));
        server.setPagingProvider(paging(spring));
        registerInterceptors(server, spring);
        return server;
    }

    private static JpaCapabilityStatementProvider capabilities(
            RestfulServer server, ApplicationContext spring) {
        JpaCapabilityStatementProvider provider =
                new JpaCapabilityStatementProvider(
                        server,
                        spring.getBean(IFhirSystemDao.class),
                        spring.getBean(JpaStorageSettings.class),
                        spring.getBean(ISearchParamRegistry.class),
                        spring.getBean(IValidationSupport.class));
        provider.setImplementationDescription("HAPI FHIR JPA server, in memory, for tests");
        return provider;
    }

    private static DatabaseBackedPagingProvider paging(ApplicationContext spring) {
        DatabaseBackedPagingProvider paging = spring.getBean(DatabaseBackedPagingProvider.class);
        paging.setDefaultPageSize(Settings.number("defaultPage", 20));
        paging.setMaximumPageSize(Settings.number("maxPage", 200));
        return paging;
    }

    private static void registerInterceptors(RestfulServer server, ApplicationContext spring) {
        LoggingInterceptor log = new LoggingInterceptor();
        log.setLoggerName("access");
        log.setMessageFormat("${requestVerb} ${requestUrl} ${processingTimeMillis}ms");
        log.setErrorMessageFormat("${requestVerb} ${requestUrl} ERROR ${exceptionMessage}");
        server.registerInterceptor(log);
        // A bare RestfulServer does not read Prefer: handling.
        SearchPreferHandlingInterceptor handling =
                new SearchPreferHandlingInterceptor(spring.getBean(ISearchParamRegistry.class));
        handling.setDefaultBehaviour(
                PreferHandlingEnum.valueOf(
                        Settings.text("handling", "strict").toUpperCase(Locale.ROOT)));
        server.registerInterceptor(handling);
        if (Settings.flag("retryConflicts", false)) {
            server.registerInterceptor(new UserRequestRetryVersionConflictsInterceptor());
        }
    }

    /** HAPI answers Retry-After: 120 while an export runs, however short it is. */
    private static Filter retryAfter(String seconds) {
        return (request, response, chain) ->
                chain.doFilter(
                        request,
                        new HttpServletResponseWrapper((HttpServletResponse) response) {
                            private String changed(String name, String value) {
                                return "Retry-After".equalsIgnoreCase(name) ? seconds : value;
                            }

                            @Override
                            public void addHeader(String name, String value) {
                                super.addHeader(name, changed(name, value));
                            }

                            @Override
                            public void setHeader(String name, String value) {
                                super.setHeader(name, changed(name, value));
                            }
                        });
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private static Server jetty(int port, RestfulServer rest) {
        Server jetty = new Server(new QueuedThreadPool(50));
        ServerConnector http = new ServerConnector(jetty);
        http.setHost("127.0.0.1");
        http.setPort(port);
        jetty.addConnector(http);
        ServletContextHandler root = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder("fhir", rest);
        holder.setInitOrder(1);
        root.addServlet(holder, "/fhir/*");
        String seconds = Settings.text("retryAfter", "1");
        if (!seconds.equals("0")) {
            FilterHolder filter = new FilterHolder(retryAfter(seconds));
            root.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        jetty.setHandler(root);
        jetty.setStopAtShutdown(true);
        return jetty;
    }

    public static void main(String[] arguments) throws Exception {
        long started = System.nanoTime();
        int asked = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        // The storage must know the address before Jetty has one.
        Storage.port = asked == 0 ? freePort() : asked;

        AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext();
        spring.setAllowBeanDefinitionOverriding(true);
        spring.register(Storage.class);
        spring.refresh();

        Server jetty = jetty(Storage.port, restServer(spring));
        jetty.start();
        Runtime.getRuntime().addShutdownHook(new Thread(spring::close));
        System.out.printf(
                Locale.ROOT,
                "READY http://127.0.0.1:%d/fhir after %.1f s%n",
                Storage.port,
                (System.nanoTime() - started) / 1e9);
        System.out.flush();
        jetty.join();
    }
}
