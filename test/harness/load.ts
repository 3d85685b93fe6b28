import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { DIALECTS, type DialectName } from './dialects';
import { basic, post } from './http';

export interface Outcome {
  readonly dialect: DialectName;
  /** Absent when no answer came: `failure` says why. */
  readonly status?: number;
  readonly failure?: string;
  readonly retryAfter?: string | null;
  readonly body: Record<string, unknown>;
  /** Of the token, when there is one. */
  readonly jti?: string;
  readonly sentAt: number;
}

export interface Load {
  /** In the order of their ends. */
  readonly outcomes: readonly Outcome[];
  /** Resolves when the requests under way have ended. */
  stop(): Promise<void>;
}

/** Keeps `inFlight` token requests under way, in all dialects alike, over connections that are kept alive. */
export function startLoad(base: string, { id, secret }: { id: string; secret: string }, inFlight: number): Load {
  const outcomes: Outcome[] = [];
  let stopping = false;
  const worker = async (number: number): Promise<void> => {
    for (let turn = number; !stopping; turn++) outcomes.push(await tokenRequest(base, id, secret, turn));
  };
  const workers = Array.from({ length: inFlight }, (_, number) => worker(number));
  return {
    outcomes,
    stop: async () => {
      stopping = true;
      await Promise.all(workers);
    },
  };
}

async function tokenRequest(base: string, id: string, secret: string, turn: number): Promise<Outcome> {
  const { dialect, path } = DIALECTS[turn % DIALECTS.length] ?? DIALECTS[0];
  const sentAt = Date.now();
  try {
    const form = { grant_type: 'client_credentials' };
    const { status, headers, json } = await post(base + path, { form, headers: basic(id, secret) });
    const { access_token: token } = json;
    const jti = typeof token === 'string' ? decodeJwt(token).jti : undefined;
    return { dialect, status, retryAfter: headers.get('retry-after'), body: json, jti, sentAt };
  } catch (error) {
    // Not instanceof Error: fetch is not of Jest's realm.
    const { cause = error } = error as { cause?: unknown };
    await sleep(10);
    return { dialect, failure: String(cause), body: {}, sentAt };
  }
}
