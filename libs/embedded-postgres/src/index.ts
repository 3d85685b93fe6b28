export { startEmbeddedPostgres } from './launcher';
export type {
  EmbeddedPostgresConnection,
  EmbeddedPostgresExit,
  EmbeddedPostgresHandle,
  EmbeddedPostgresOptions,
} from './contract';
