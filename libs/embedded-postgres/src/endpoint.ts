import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type Account, giveTo } from './unprivileged-account';

/** The shortest limit for the path of a socket (macOS; Linux allows 108), with its closing zero byte. */
const SOCKET_PATH_LIMIT = 104;
/** With a socket this is no more than a part of its file name. */
const SOCKET_PORT = 5432;

export interface Endpoint {
  host: string;
  port: number;
  settings: Record<string, string>;
}

/** A socket unless a port is asked for: no other program can have taken it, and nobody else can reach it. */
export async function chooseEndpoint(
  requestedPort: number | undefined,
  socketFolder: string,
  account: Account | undefined,
): Promise<Endpoint> {
  const socketPath = path.join(socketFolder, `.s.PGSQL.${SOCKET_PORT}`);
  const canHaveSocket = process.platform !== 'win32' && Buffer.byteLength(socketPath) < SOCKET_PATH_LIMIT;
  if (requestedPort !== undefined || !canHaveSocket) {
    const host = '127.0.0.1';
    const port = requestedPort ?? (await freePort(host));
    return { host, port, settings: { listen_addresses: host, unix_socket_directories: '' } };
  }
  fs.mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  giveTo(account, socketFolder);
  return {
    host: socketFolder,
    port: SOCKET_PORT,
    settings: { listen_addresses: '', unix_socket_directories: socketFolder },
  };
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No TCP port was assigned'));
        else resolve(address.port);
      });
    });
  });
}
