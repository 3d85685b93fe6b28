import { QueryFailedError } from 'typeorm';
import { GatehouseError } from '../errors/gatehouse-error';

const UNIQUE_VIOLATION = '23505';

/**
 * The result of `write`. Only the database can tell that something is taken which others take at the same time.
 * @throws {GatehouseError} `state_conflict` when a unique key is taken
 */
export async function unlessTaken<T>(message: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof QueryFailedError && codeOf(error.driverError) === UNIQUE_VIOLATION) {
      throw new GatehouseError('state_conflict', message);
    }
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
