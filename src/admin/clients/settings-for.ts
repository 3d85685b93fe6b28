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
  const keeps = keepsAllServices(wanted, present);
  return { ...settings, allowedScopes: { ...settings.allowedScopes, ...(keeps ? { allServices: true } : {}) } };
}

/** Swagger UI's client may show what nobody can register. It can be changed all the same, and may keep that. */
function withoutAllServices(wanted: unknown, present: ShownClient): unknown {
  return keepsAllServices(wanted, present) ? mergePatch(wanted, { allowedScopes: { allServices: null } }) : wanted;
}

function keepsAllServices(wanted: unknown, { allowedScopes }: ShownClient): boolean {
  return allowedScopes.allServices === true && memberOf(memberOf(wanted, 'allowedScopes'), 'allServices') === true;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
