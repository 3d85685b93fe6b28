import { once } from 'node:events';
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { PASSWORD, USERS } from './world';

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks one replica over connections that are kept alive. Not with `fetch`, which costs several times as much. */
export class Caller {
  private readonly agent: http.Agent;

  constructor(
    private readonly base: string,
    connections: number,
  ) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws Error unless a token is given */
  async token(client: string, form: Record<string, string>): Promise<Readonly<Record<string, string>>> {
    const { status, body } = await this.post('/oauth2/token', client, form);
    if (status !== 200) throw new Error(`${client} got ${status}: ${JSON.stringify(body)}`);
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
  }

  async refreshToken(client: string): Promise<string> {
    const account = { username: USERS[0] ?? '', password: PASSWORD, domain: 'acme.example' };
    return (await this.token(client, { grant_type: 'password', ...account })).refresh_token ?? '';
  }

  /** @returns the token to use next time */
  async refresh(client: string, refreshToken: string): Promise<string> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return (await this.token(client, form)).refresh_token ?? '';
  }

  /** @throws Error unless there is an answer about the token */
  async isActive(client: string, token: string): Promise<boolean> {
    const { status, body } = await this.post('/oauth2/introspect', client, { token });
    if (status !== 200) throw new Error(`introspection: ${status}`);
    return body.active === true;
  }

  async revoke(client: string, token: string): Promise<void> {
    const { status } = await this.post('/oauth2/revoke', client, { token });
    if (status !== 200) throw new Error(`revocation: ${status}`);
  }

  private async post(path: string, client: string, form: Record<string, string>): Promise<Reply> {
    const body = new URLSearchParams(form).toString();
    const request = http.request(this.base + path, {
      agent: this.agent,
      method: 'POST',
      auth: `${client}:${client}-secret`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    if (response.headers['content-length'] === '0') {
      response.resume();
      await once(response, 'end');
      return { status: response.statusCode ?? 0, body: {} };
    }
    return { status: response.statusCode ?? 0, body: (await json(response)) as Reply['body'] };
  }
}
