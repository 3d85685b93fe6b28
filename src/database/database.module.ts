import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Configuration } from '../config/configuration';
import { servingOptions } from './data-source.options';
import { Changes } from './changes';
import { EmbeddedDatabase } from './embedded-database';
import { connect } from './connect';
import { UnitOfWork } from './unit-of-work';

@Module({ providers: [EmbeddedDatabase], exports: [EmbeddedDatabase] })
class EmbeddedDatabaseModule {}

/** The migrated database, for every module. */
@Global()
@Module({
  imports: [
    EmbeddedDatabaseModule,
    TypeOrmModule.forRootAsync({
      imports: [EmbeddedDatabaseModule],
      inject: [EmbeddedDatabase, Configuration],
      useFactory: async (embedded: EmbeddedDatabase, configuration: Configuration) => ({
        ...servingOptions(await embedded.locate(), configuration.database.poolSize),
        autoLoadEntities: true,
        toRetry: () => false, // connect() does
      }),
      dataSourceFactory: async (options) => {
        if (options === undefined) throw new Error('TypeORM was given no options.');
        return connect(options);
      },
    }),
  ],
  providers: [Changes, UnitOfWork],
  exports: [Changes, UnitOfWork],
})
export class DatabaseModule {}
