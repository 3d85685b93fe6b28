import { isIP } from 'node:net';
import type { Client } from '../clients/client';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';

/**
 * The address of the caller behind the client, by its `subject_ip`: believed only from a client that is marked for it.
 * @throws {GatehouseError} `invalid_request` when such a client sends what is no address
 */
export function addressBehind(client: Client, form: Form): string | undefined {
  const named = form.get('subject_ip');
  if (named === undefined || !client.trustedProxy || client.publicClient) return undefined;
  if (isIP(named) === 0) throw new GatehouseError('invalid_request', 'subject_ip must be an IP address.');
  return named;
}
