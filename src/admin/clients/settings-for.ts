import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { parsed } from '../json-body';
import { mergePatch } from '../merge-patch';
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
  const { id, orgId, createdAt, ...settings } = parsed(withoutAllServices(wanted, present), changedClient, fields);
  const fixed = Object.entries({ id, orgId, createdAt });
  const faults = fixed.filter(([name, value]) => value !== undefined && value !== Reflect.get(present, name));
  if (faults.length > 0) {
    const text = faults.map(([name]) => `${fields[name] ?? name}: cannot be changed`).join('; ');
    throw new GatehouseError('invalid_request', `${text}.`);
  }
  const { allServices } = present.allowedScopes;
  const allowedScopes = { ...settings.allowedScopes, ...(allServices === undefined ? {} : { allServices }) };
  return { ...settings, allowedScopes };
}

/** Swagger UI's client may show what nobody can register. It can be changed all the same, and keeps that. */
function withoutAllServices(wanted: unknown, { allowedScopes }: ShownClient): unknown {
  const isObject = typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
  if (allowedScopes.allServices === undefined || !isObject) return wanted;
  return mergePatch(wanted, { allowedScopes: { allServices: null } });
}
