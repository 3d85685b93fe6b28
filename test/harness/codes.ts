import { DIALECTS, type DialectName } from './dialects';
import { errorMessage, errorName, expectErrorShape } from './error-shape';
import { type Answer, get, post } from './http';
import { type Asking, authorizeUrl, LOGIN_WORLD, logInAt, type Pkce, USERINFO_PATHS } from './login-world';
import { reasonOf } from './people';
import type { Service } from './service';
import { Visitor } from './visitor';

/** The world of logins, where `mover` may take over users of `origin`. */
export const CODE_WORLD = `${LOGIN_WORLD}${[
  { id: 'origin', grantTypes: ['authorization_code', 'refresh_token'], allowedActorsClientExchange: ['mover'] },
  { id: 'mover', grantTypes: ['client_exchange', 'refresh_token'] },
]
  .map((client) => ({
    org: 'acme',
    secret: `${client.id}-secret`,
    redirectUris: ['https://app.example/callback'],
    allowedScopes: { generalScopes: ['openid', 'profile'] },
    ...client,
  }))
  .map((client) => `  - ${JSON.stringify(client)}\n`)
  .join('')}`;

/** A browser in which ada has logged in: it gets codes without a password. */
export class LoggedInBrowser {
  private constructor(readonly visitor: Visitor) {}

  static async open({ url }: Pick<Service, 'url'>): Promise<LoggedInBrowser> {
    const visitor = new Visitor(url);
    const browser = new LoggedInBrowser(visitor);
    await browser.code();
    return browser;
  }

  /** @param base of the service, if it is not the one of the login */
  async code(asking: Asking = {}, pkce?: Pkce, base = ''): Promise<string> {
    const { leftTo, status, text } = await logInAt(this.visitor, base + authorizeUrl(asking, pkce));
    const code = leftTo?.searchParams.get('code');
    if (!code) throw new Error(`There was no code: ${status} ${leftTo?.href ?? text}`);
    return code;
  }
}

/** A token request, with credentials wherever the test puts them. */
export function askToken(
  { url }: Pick<Service, 'url'>,
  dialect: DialectName,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${url}${DIALECTS.find((one) => one.dialect === dialect)?.path}`, { form, headers });
}

export function userinfo({ url }: Pick<Service, 'url'>, dialect: DialectName, accessToken: unknown): Promise<Answer> {
  return get(url + USERINFO_PATHS[dialect], { Authorization: `Bearer ${String(accessToken)}` });
}

export interface CodeRefusal {
  /** As the body names it; `invalid_grant` unless told. */
  readonly error?: string;
  /** 400 unless told. */
  readonly status?: number;
  readonly reason: RegExp;
}

/** Refused as the dialect does it; what exactly is wrong with a code, only the audit trail tells. */
export async function expectRefused(
  { database }: Pick<Service, 'database'>,
  answer: Answer,
  dialect: DialectName,
  { error = 'invalid_grant', status = 400, reason }: CodeRefusal,
): Promise<void> {
  expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({ status, error });
  expectErrorShape(answer, dialect);
  expect(await reasonOf(database, answer)).toMatch(reason);
  if (error === 'invalid_grant') expect(errorMessage(answer, dialect)).not.toMatch(reason);
}
