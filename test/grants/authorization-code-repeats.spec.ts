import net from 'node:net';
import { text } from 'node:stream/consumers';
import { decodeJwt } from 'jose';
import { type Answer, basic } from '../harness/http';
import { codeOf, LOGIN_WORLD, redeem, REDIRECT_URI } from '../harness/login-world';
import { refresh } from '../harness/people';
import { type Service, startService } from '../harness/service';

describe('a request for an authorization code that is redeemed meanwhile', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  const refreshed = ({ json }: Answer) => refresh(service, String(json.refresh_token), {}, { client: 'web' });

  /** Begins a request, does something, and sends the rest of it. @returns the status */
  async function around(code: string, act: () => Promise<void>): Promise<number> {
    const { hostname, port, host } = new URL(service.url);
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }).toString();
    const head = [
      'POST /oauth2/token HTTP/1.1',
      `Host: ${host}`,
      `Authorization: ${basic('web', 'web-secret').Authorization}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const received = new Promise((resolve) => service.app.getHttpServer().once('request', resolve));
    const socket = net.connect({ host: hostname, port: Number(port) });
    const answer = text(socket);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
    await received;
    await act();
    socket.write(body.slice(10));
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(await answer)?.[1]);
  }

  it('is refused, and leaves the login alone, if it was under way before the tokens left', async () => {
    const code = await codeOf(service);
    let winner: Answer | undefined;
    const late = await around(code, async () => {
      winner = await redeem(service, code);
    });
    expect([winner?.status, late]).toEqual([200, 400]);
    if (winner !== undefined) expect((await refreshed(winner)).status).toBe(200);
  });

  it('ends the login if it came afterwards, be it at once', async () => {
    const code = await codeOf(service);
    const winner = await redeem(service, code);
    expect((await redeem(service, code)).status).toBe(400);
    expect((await refreshed(winner)).status).toBe(400);
  });

  it('leaves a login alone whose tokens never left', async () => {
    const code = await codeOf(service);
    const winner = await redeem(service, code);
    const { sid } = decodeJwt(String(winner.json.access_token));
    await service.database.query('UPDATE families SET answered_at = NULL WHERE id = $1', [sid]);
    expect((await redeem(service, code)).status).toBe(400);
    expect((await refreshed(winner)).status).toBe(200);
  });
});
