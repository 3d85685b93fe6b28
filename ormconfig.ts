import path from 'node:path';
import { DataSource } from 'typeorm';
import { readConfiguration } from './src/config/configuration';
import { dataSourceOptions } from './src/database/data-source.options';

const { database } = readConfiguration(process.env);

/** For the TypeORM command line only; the service itself finds its entities through its modules. */
export default new DataSource(
  Object.assign(dataSourceOptions({ url: database.url ?? 'postgres://localhost/gatehouse' }), {
    entities: [path.join(__dirname, 'src/**/*.entity.js')],
  }),
);
