import { Injectable } from '@nestjs/common';
import { CLIENT_ID, type Client } from '../clients/client';
import { ClientSecretUsage } from '../clients/client-secret-usage';
import { ClientStore } from '../clients/client.store';
import { GatehouseError } from '../errors/gatehouse-error';
import { CredentialHasher } from '../keys/credential-hasher';
import { RequestLimits } from '../throttling/request-limits';
import type { IdAndSecret, PresentedCredentials } from './presented-credentials';

/** Compared against when there is no secret to compare with, so that the work is the same. */
const NO_HASH = 'A'.repeat(43);

type Verdict = { readonly client: Client } | { readonly because: string };

/** Decides whether a client is who it says. It changes nothing but counters: a failed attempt burns no code or token. */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly clients: ClientStore,
    private readonly hasher: CredentialHasher,
    private readonly usage: ClientSecretUsage,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * @param address from where the client asks
   * @throws {GatehouseError} `invalid_client`, the same for a wrong secret, an unknown and a disabled client;
   * `too_many_requests` after too many of those
   */
  async authenticate(readings: PresentedCredentials, address: string): Promise<Client> {
    const claimed = claimedClientId(readings);
    await this.limits.checkFailedAuthentications(address, claimed);
    const reasons: string[] = [];
    for (const reading of readings) {
      const verdict = await this.judge(reading);
      if ('client' in verdict) {
        // Once more: a guess among many parallel ones must not be right after the limit was reached.
        await this.limits.checkFailedAuthentications(address, claimed);
        return verdict.client;
      }
      reasons.push(verdict.because);
    }
    await this.limits.countFailedAuthentication(address, claimed);
    throw new GatehouseError('invalid_client', 'Client authentication failed.', { detail: reasons[0] ?? 'no reading' });
  }

  private async judge({ id, secret }: IdAndSecret): Promise<Verdict> {
    const found = CLIENT_ID.test(id) ? await this.clients.findEnabled(id) : undefined;
    const presented = this.hasher.hash(secret);
    const hashes = found === undefined || found.secrets.length === 0 ? [{ id: '', hash: NO_HASH }] : found.secrets;
    const matching = hashes.filter(({ hash }) => this.hasher.equal(hash, presented))[0];

    if (found === undefined) return { because: 'the client is unknown or disabled, or its org is disabled' };
    if (found.client.publicClient) {
      return secret === '' ? { client: found.client } : { because: 'a public client has no secret, but sent one' };
    }
    if (matching === undefined) {
      return { because: secret === '' ? 'the client sent no secret' : 'the secret is wrong or expired' };
    }
    this.usage.record(matching.id);
    return { client: found.client };
  }
}

/** The id that the request claims, fit for a log: what is no client id was perhaps a secret in the wrong place. */
export function claimedClientId(readings: PresentedCredentials): string {
  const plausible = readings.find(({ id }) => CLIENT_ID.test(id));
  return plausible?.id ?? 'no client id';
}
