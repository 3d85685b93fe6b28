import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Answer } from './http';
import { introspection, logIn, tokenRequest } from './replica-probes';
import { JWKS_PATHS } from './tokens';

/** Between the requests of one worker, so that there is time for all of them. */
const PAUSE_MS = 20;

interface Verified {
  /** What was not as it should be. */
  readonly failures: readonly string[];
  /** Access tokens in the order in which they were issued. */
  readonly tokens: readonly string[];
  /** How often each kind of request was made. */
  readonly done: Readonly<Record<string, number>>;
}

/** Verifies with the keys of each replica, as callers do that keep a key set and never ask for it out of turn. */
export function verifier(urls: readonly string[], keptMs: number): (token: string) => Promise<void> {
  const sets = urls.map((url) =>
    createRemoteJWKSet(new URL(url + JWKS_PATHS.oauth), {
      cacheMaxAge: keptMs,
      cooldownDuration: 3_600_000,
      timeoutDuration: 30_000,
    }),
  );
  return async (token) => {
    await Promise.all(sets.map((set) => jwtVerify(token, set)));
  };
}

/**
 * Keeps every replica busy: tokens of clients, refreshes of logins whose refresh tokens stay and rotate, the latter at
 * the replicas in turn. Each new token, and one of before, is verified with the keys of all replicas, and introspected.
 */
export function startVerifiedLoad(
  urls: readonly string[],
  keptMs: number,
): { readonly sofar: Verified; stop(): Promise<Verified> } {
  const load = new VerifiedLoad(urls, verifier(urls, keptMs));
  const workers = urls.flatMap((url, number) => [
    load.repeat('client_credentials', () => load.clientCredentials(url, 'worker')),
    load.repeat('client_credentials', () => load.clientCredentials(url, 'elliptic')),
    load.refreshing(number, 'console'),
    load.refreshing(number, 'roller'),
  ]);
  return {
    sofar: load,
    stop: async () => {
      load.stopping = true;
      await Promise.all(workers);
      return load;
    },
  };
}

class VerifiedLoad implements Verified {
  readonly failures: string[] = [];
  readonly tokens: string[] = [];
  readonly done: Record<string, number> = {};
  stopping = false;

  constructor(
    private readonly urls: readonly string[],
    private readonly verify: (token: string) => Promise<void>,
  ) {}

  async repeat(kind: string, work: () => Promise<void>): Promise<void> {
    while (!this.stopping) {
      try {
        await work();
        this.done[kind] = (this.done[kind] ?? 0) + 1;
      } catch (error) {
        this.failures.push(`${kind}: ${String(error)}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  async clientCredentials(url: string, client: string): Promise<void> {
    await this.accept(await tokenRequest(url, client, { grant_type: 'client_credentials' }));
  }

  /** One login, refreshed at the replicas in turn, from the one with that number on. */
  async refreshing(number: number, client: string): Promise<void> {
    let { refreshToken } = await logIn(this.urls[number] ?? '', 'ada', client);
    let turn = number;
    await this.repeat(`refresh at ${client}`, async () => {
      const url = this.urls[turn++ % this.urls.length] ?? '';
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const answer = await tokenRequest(url, client, form);
      await this.accept(answer);
      refreshToken = String(answer.json.refresh_token);
      await this.verify(String(answer.json.id_token));
    });
  }

  private async accept({ status, text, json }: Answer): Promise<void> {
    if (status !== 200) throw new Error(`${status} ${text}`);
    const token = String(json.access_token);
    await this.verify(token);
    this.tokens.push(token);
    const earlier = this.tokens[Math.floor(this.tokens.length / 2)] ?? token;
    await this.verify(earlier);
    const asked = this.urls.flatMap((url) => [token, earlier].map((one) => introspection(one).ask(url)));
    const verdicts = await Promise.all(asked);
    if (verdicts.some((verdict) => verdict !== 'good')) throw new Error(`introspection: ${verdicts.join(', ')}`);
  }
}
