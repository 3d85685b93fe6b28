import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Configuration } from '../config/configuration';
import { servingOptions } from './data-source.options';
import { EmbeddedDatabase } from './embedded-database';
import { migrate } from './migrate';
import { UnitOfWork } from './unit-of-work';

@Module({ providers: [EmbeddedDatabase], exports: [EmbeddedDatabase] })
class EmbeddedDatabaseModule {}

/** The migrated database, for every module. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      imports: [EmbeddedDatabaseModule],
      inject: [EmbeddedDatabase, Configuration],
      useFactory: async (embedded: EmbeddedDatabase, configuration: Configuration) => ({
        ...servingOptions(await embedded.locate(), configuration.database.poolSize),
        autoLoadEntities: true,
      }),
      dataSourceFactory: async (options) => {
        if (options === undefined) throw new Error('TypeORM was given no options.');
        await migrate(options);
        return new DataSource(options).initialize();
      },
    }),
  ],
  providers: [UnitOfWork],
  exports: [UnitOfWork],
})
export class DatabaseModule {}
