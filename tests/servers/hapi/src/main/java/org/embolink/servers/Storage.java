package org.embolink.servers;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.batch2.maintenance.JobMaintenanceServiceImpl;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binstore.DatabaseBinaryContentStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/** HAPI's JPA storage over H2: what its Spring configuration asks to be given. */
@Configuration
@Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    SubscriptionSubmitterConfig.class,
    SubscriptionProcessorConfig.class,
    SubscriptionChannelConfig.class,
    ThreadPoolFactoryConfig.class
})
class Storage {
    /** The address under which this server is asked; set before the configuration is read. */
    static int port;

    private static boolean inMemory() {
        return Settings.text("database", "").isEmpty();
    }

    @Bean(destroyMethod = "close")
    DataSource dataSource() {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(
                inMemory()
                        ? "jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1"
                        : "jdbc:h2:file:" + Settings.text("database", ""));
        source.setUsername("sa");
        source.setPassword("");
        source.setMaximumPoolSize(Settings.number("pool", 20));
        return source;
    }

    @Bean
    JpaStorageSettings storageSettings() {
        JpaStorageSettings storage = new JpaStorageSettings();
        int reuse = Settings.number("reuseSearchMs", 0);
        storage.setReuseCachedSearchResultsForMillis(reuse > 0 ? (long) reuse : null);
        storage.setExpireSearchResultsAfterMillis(Settings.number("searchExpireMs", 3_600_000));
        storage.setEnforceReferentialIntegrityOnWrite(Settings.flag("writeIntegrity", true));
        storage.setEnforceReferentialIntegrityOnDelete(Settings.flag("deleteIntegrity", true));
        storage.setAllowMultipleDelete(true);
        storage.setExpungeEnabled(true);
        storage.setDeleteExpungeEnabled(true);
        storage.setJobFastTrackingEnabled(true);
        storage.setBulkExportFileMaximumCapacity(Settings.number("exportFileMax", 1000));
        // Without it an absolute reference to this very server is stored as one to another server,
        // and a search never finds it.
        storage.setTreatBaseUrlsAsLocal(
                Set.of("http://127.0.0.1:" + port + "/fhir", "http://localhost:" + port + "/fhir"));
        storage.setHibernateSearchIndexFullText(false);
        storage.setHibernateSearchIndexSearchParams(false);
        return storage;
    }

    @Bean
    PartitionSettings partitionSettings() {
        return new PartitionSettings();
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
        SubscriptionSettings subscriptions = new SubscriptionSettings();
        subscriptions.addSupportedSubscriptionType(SubscriptionChannelType.RESTHOOK);
        subscriptions.setSubscriptionIntervalInMs(Settings.number("subscriptionMs", 250));
        return subscriptions;
    }

    @Bean
    IEmailSender emailSender() {
        return details -> {};
    }

    @Bean
    IBinaryStorageSvc binaryStorage() {
        return new DatabaseBinaryContentStorageSvcImpl();
    }

    @Bean
    @Primary
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
            ConfigurableListableBeanFactory beans,
            FhirContext context,
            JpaStorageSettings storage,
            DataSource source) {
        LocalContainerEntityManagerFactoryBean factory =
                HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, storage);
        Properties properties = new Properties();
        properties.put("hibernate.dialect", HapiFhirH2Dialect.class.getName());
        // "update" keeps what an earlier start has left.
        properties.put("hibernate.hbm2ddl.auto", inMemory() ? "create" : "update");
        properties.put("hibernate.jdbc.batch_size", "20");
        properties.put("hibernate.cache.use_query_cache", "false");
        properties.put("hibernate.cache.use_second_level_cache", "false");
        properties.put("hibernate.search.enabled", "false");
        factory.setPersistenceUnitName("HAPI");
        factory.setDataSource(source);
        factory.setJpaProperties(properties);
        return factory;
    }

    @Bean
    @Primary
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
        return new JpaTransactionManager(factory);
    }

    /** Without it every step of a bulk export waits for HAPI's pass of once a minute. */
    @Bean
    static BeanPostProcessor jobTick() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof JobMaintenanceServiceImpl jobs) {
                    jobs.setScheduledJobFrequencyMillis(Settings.number("jobTickMs", 250));
                }
                return bean;
            }
        };
    }
}
