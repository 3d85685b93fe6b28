import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { parsed } from '../json-body';
import { changedClient, type ShownClient } from './client.shape';

/**
 * What a client shall be set to.
 * @param fields what the caller calls those that it names otherwise
 * @throws {GatehouseError} `invalid_request`, also for another id, org or time of creation than it has
 */
export function settingsFor(
  present: ShownClient,
  wanted: unknown,
  fields: Readonly<Record<string, string>>,
): Omit<z.output<typeof changedClient>, 'id' | 'orgId' | 'createdAt'> {
  const { id, orgId, createdAt, ...settings } = parsed(wanted, changedClient, fields);
  const fixed = Object.entries({ id, orgId, createdAt });
  const faults = fixed.filter(([name, value]) => value !== undefined && value !== Reflect.get(present, name));
  if (faults.length > 0) {
    const text = faults.map(([name]) => `${fields[name] ?? name}: cannot be changed`).join('; ');
    throw new GatehouseError('invalid_request', `${text}.`);
  }
  return settings;
}
