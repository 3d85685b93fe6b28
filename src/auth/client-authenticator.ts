import { Injectable } from '@nestjs/common';
import { CLIENT_ID, type Client } from '../clients/client';
import { ClientSecretUsage } from '../clients/client-secret-usage';
import { ClientStore, type EnabledClient } from '../clients/client.store';
import { GatehouseError } from '../errors/gatehouse-error';
import { CredentialHasher } from '../keys/credential-hasher';
import { RequestLimits } from '../throttling/request-limits';
import type { IdAndSecret, PresentedCredentials } from './presented-credentials';

/** Compared against when there is no secret to compare with, so that the work is the same. */
const NO_HASH = 'A'.repeat(43);

type Verdict = { readonly client: Client; readonly secretId?: string } | { readonly because: string };

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
   * Who is right may be known from before; a refusal is always judged on what the database says now, in one query, so
   * that a new secret works at once and the time tells nobody which clients there are.
   * @param address from where the client asks
   * @throws {GatehouseError} `invalid_client`, the same for a wrong secret, an unknown and a disabled client;
   * `too_many_requests` after too many of those
   */
  async authenticate(readings: PresentedCredentials, address: string): Promise<Client> {
    const claimed = claimedClientId(readings);
    await this.limits.checkFailedAuthentications(address, claimed);
    const known = this.judge(readings, this.clients.recall(claimed));
    const verdict = 'client' in known ? known : this.judge(readings, await this.read(claimed));
    if ('client' in verdict) {
      // Once more: a guess among many parallel ones must not be right after the limit was reached.
      await this.limits.checkFailedAuthentications(address, claimed);
      if (verdict.secretId !== undefined) this.usage.record(verdict.secretId);
      return verdict.client;
    }
    await this.limits.countFailedAuthentication(address, claimed);
    throw new GatehouseError('invalid_client', 'Client authentication failed.', { detail: verdict.because });
  }

  /** Of all readings at most one id is that of a client: what is encoded in it could not stand in one. */
  private async read(id: string): Promise<EnabledClient | undefined> {
    return CLIENT_ID.test(id) ? this.clients.findEnabled(id) : undefined;
  }

  /** The first reading that is right, else what is wrong with the first. All of them are tried, so that it takes as long. */
  private judge(readings: PresentedCredentials, found: EnabledClient | undefined): Verdict {
    const verdicts = readings.map((reading) => this.judgeOne(reading, found));
    return verdicts.find((verdict) => 'client' in verdict) ?? verdicts[0] ?? { because: 'no reading' };
  }

  private judgeOne({ id, secret }: IdAndSecret, enabled: EnabledClient | undefined): Verdict {
    const found = enabled?.client.id === id ? enabled : undefined;
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
    return { client: found.client, secretId: matching.id };
  }
}

/** The id that the request claims, fit for a log: what is no client id was perhaps a secret in the wrong place. */
export function claimedClientId(readings: PresentedCredentials): string {
  const plausible = readings.find(({ id }) => CLIENT_ID.test(id));
  return plausible?.id ?? 'no client id';
}
