import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from 'jose';
import { fetchGuarded, isPrivateAddress } from './guarded-fetch';

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::FFFF:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:7f00:1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
  ])('says that %s is', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
  ])('says that %s is not', (address) => expect(isPrivateAddress(address)).toBe(false));
});

describe('fetchGuarded', () => {
  let server: http.Server;
  let port: number;
  let asked: string[];

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      asked.push(String(request.url));
      if (request.url === '/large') return void response.end('x'.repeat(257 * 1_024));
      if (request.url === '/elsewhere') return void response.writeHead(302, { Location: '/keys' }).end();
      if (request.url === '/cut')
        return void response.writeHead(200, { 'Content-Length': '9' }).write('{', () => request.socket.destroy());
      response.end('{"keys":[]}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => (asked = []));
  afterAll(() => server?.close());

  const fetchFrom = (host: string, path: string, privateAddress: boolean) =>
    fetchGuarded(new URL(`http://${host}:${port}${path}`), AbortSignal.timeout(2_000), privateAddress);

  it.each(['127.0.0.1', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'does not call %s',
    async (host) => {
      await expect(fetchFrom(host, '/keys', false)).rejects.toThrow(/private/);
      await expect(fetchFrom(host, '/keys', false)).rejects.toBeInstanceOf(errors.JOSEError);
      expect(asked).toEqual([]);
    },
  );

  it.each(['127.0.0.1', 'localhost'])('calls %s where that is allowed', async (host) => {
    const response = await fetchFrom(host, '/keys', true);
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: '{"keys":[]}' });
  });

  it('does not follow a redirect', async () => {
    expect((await fetchFrom('127.0.0.1', '/elsewhere', true)).status).not.toBe(200);
    expect(asked).toEqual(['/elsewhere']);
  });

  it.each([
    ['/large', /too large/],
    ['/cut', /could not be fetched/],
  ])('fails for %s', async (path, message) => {
    await expect(fetchFrom('127.0.0.1', path, true)).rejects.toThrow(message);
    await expect(fetchFrom('127.0.0.1', path, true)).rejects.toBeInstanceOf(errors.JOSEError);
  });

  it('fails when nobody answers in time', async () => {
    const silent = http.createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
    await expect(fetchGuarded(url, AbortSignal.timeout(100), true)).rejects.toBeInstanceOf(errors.JOSEError);
    silent.closeAllConnections();
    silent.close();
  });
});
