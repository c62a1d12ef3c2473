package org.embolink.servers;

/**
 * What can be set from outside: system properties {@code hapi.NAME}. The defaults make tests fast;
 * {@code start.sh --stock} gives HAPI's own values instead.
 *
 * <ul>
 *   <li>{@code reuseSearchMs=0} how long identical searches share one cached result (HAPI: 60000)
 *   <li>{@code searchExpireMs=3600000} how long the links between pages stay valid
 *   <li>{@code defaultPage=20}, {@code maxPage=200} page sizes
 *   <li>{@code jobTickMs=250} how often jobs such as bulk export are looked after (HAPI: 60000)
 *   <li>{@code retryAfter=1} Retry-After in seconds while an export runs; 0 leaves HAPI's 120
 *   <li>{@code exportFileMax=1000} most resources in one file of a bulk export
 *   <li>{@code writeIntegrity=true} a reference to what does not exist is refused
 *   <li>{@code deleteIntegrity=true} what is referred to cannot be deleted
 *   <li>{@code handling=strict} unknown search parameters without Prefer: 400, or lenient: ignored
 *   <li>{@code retryConflicts=false} whether X-Retry-On-Version-Conflict is honoured
 *   <li>{@code subscriptionMs=250} how often changes are handed to rest-hooks (HAPI: 5000)
 *   <li>{@code database=} path of H2's file, which outlives a restart; empty: in memory
 *   <li>{@code pool=20} database connections
 * </ul>
 */
final class Settings {
    private Settings() {}

    static String text(String name, String otherwise) {
        return System.getProperty("hapi." + name, otherwise);
    }

    static boolean flag(String name, boolean otherwise) {
        return Boolean.parseBoolean(text(name, Boolean.toString(otherwise)));
    }

    static int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }
}
