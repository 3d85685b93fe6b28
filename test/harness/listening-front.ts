import { once } from 'node:events';
import net from 'node:net';

/** What becomes of the connection that listens for changes. All others pass. */
type Mode =
  | 'pass'
  /** As a pooler in transaction mode: everything is answered, notifications are dropped. */
  | 'deaf'
  /** Packets vanish in both directions. */
  | 'vanish'
  /** What PostgreSQL says takes its time. */
  | 'slow';

const SLOW_MS = 200;

/** Stands between a service and PostgreSQL. */
export interface ListeningFront {
  readonly url: string;
  mode: Mode;
  stop(): Promise<void>;
}

const NOTIFICATION_RESPONSE = 'A'.charCodeAt(0);

/** @param url of a database on a Unix socket, as the tests have it */
export async function startListeningFront(url: string): Promise<ListeningFront> {
  const behind = new URL(url.replace('@/', '@localhost/'));
  const socketPath = `${behind.searchParams.get('host')}/.s.PGSQL.${behind.searchParams.get('port')}`;
  const open = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (near) => {
    const far = net.connect(socketPath);
    let listens = false;
    const is = (mode: Mode) => listens && front.mode === mode;
    near.once('data', (startup: Buffer) => (listens = startup.includes('gatehouse changes')));
    near.on('data', (bytes: Buffer) => is('vanish') || far.write(bytes));
    const messages = splitMessages();
    far.on('data', (bytes: Buffer) => {
      for (const message of messages(bytes)) {
        if (is('vanish') || (is('deaf') && message[0] === NOTIFICATION_RESPONSE)) continue;
        if (is('slow')) setTimeout(() => near.write(message), SLOW_MS);
        else near.write(message);
      }
    });
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const front: ListeningFront = {
    url: `postgres://${behind.username}:${behind.password}@127.0.0.1:${port}${behind.pathname}`,
    mode: 'pass',
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return front;
}

/** Cuts what PostgreSQL says into its messages: a letter, a length, a body. */
function splitMessages(): (bytes: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const whole: Buffer[] = [];
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      whole.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return whole;
  };
}
