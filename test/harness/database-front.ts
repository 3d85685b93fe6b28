import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';

interface Link {
  readonly near: net.Socket;
  readonly far: net.Socket;
  /** What the client called itself when it connected; undefined: it has not said so yet. */
  application: string | undefined;
}

/** Stands between one replica and PostgreSQL, as a network does that can fail. */
export class DatabaseFront {
  private readonly links = new Set<Link>();
  private silenced: ((application: string | undefined) => boolean) | undefined;
  // It goes on listening while it is cut: its port might be somebody else's by the time that it is mended.
  private isCut = false;
  private readonly server = net.createServer((near) => this.connect(near));
  private port = 0;

  private constructor(private readonly target: net.NetConnectOpts) {}

  /** @param databaseUrl of the server behind: by a Unix socket, as the tests' own, or by TCP */
  static async before(databaseUrl: string): Promise<DatabaseFront> {
    const url = new URL(databaseUrl.replace('@/', '@localhost/'));
    const host = url.searchParams.get('host') ?? url.hostname;
    const port = Number(url.searchParams.get('port') ?? url.port);
    const socket = path.join(host, `.s.PGSQL.${port}`);
    const front = new DatabaseFront(host.startsWith('/') ? { path: socket } : { host, port });
    await front.listen();
    return front;
  }

  /** The same database by way of the front, for another user. */
  urlFor(databaseUrl: string, user: string, password: string): string {
    const { pathname } = new URL(databaseUrl.replace('@/', '@localhost/'));
    return `postgres://${user}:${password}@127.0.0.1:${this.port}${pathname}`;
  }

  /** Resets every connection, and new ones. */
  cut(): void {
    this.isCut = true;
    for (const { near, far } of this.links) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Packets vanish, both ways, and connections stay open: all of them, or those of one application name. */
  silence(application?: string): void {
    this.silenced = (name) => application === undefined || name === application;
    for (const link of this.links) this.obey(link);
  }

  /**
   * New connections work. Those that were silenced go on with what was held back, as TCP would send it again; or, if
   * they are `lost`, stay silent for ever.
   */
  mend({ lost = false }: { lost?: boolean } = {}): void {
    this.isCut = false;
    this.silenced = undefined;
    if (lost) this.links.clear();
    for (const link of this.links) this.obey(link);
  }

  stop(): void {
    this.cut();
    this.server.close();
  }

  private async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
    this.port = address.port;
  }

  private connect(near: net.Socket): void {
    if (this.isCut) {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const link: Link = { near, far: net.connect(this.target), application: undefined };
    this.links.add(link);
    const { far } = link;
    near.on('data', (bytes: Buffer) => {
      link.application ??= applicationIn(bytes);
      far.write(bytes);
      this.obey(link);
    });
    far.on('data', (bytes: Buffer) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined); // 'close' follows
      one.on('close', () => {
        this.links.delete(link);
        other.destroy();
      });
    }
    this.obey(link);
  }

  private obey({ near, far, application }: Link): void {
    for (const socket of [near, far]) {
      if (this.silenced?.(application) === true) socket.pause();
      else socket.resume();
    }
  }
}

/** PostgreSQL's StartupMessage has names and values, each ended by a zero. */
function applicationIn(bytes: Buffer): string {
  return /application_name\0([^\0]*)\0/.exec(bytes.toString('latin1'))?.[1] ?? '';
}
