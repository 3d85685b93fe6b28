import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtService } from './built-service';
import { freePort } from './free-port';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Options {
  /** All settings of the process: nothing of the tests' own environment reaches it. */
  readonly env?: Record<string, string>;
  readonly cwd: string;
  /** A free one unless told. */
  readonly port?: number;
}

const STARTS_WITHIN_MS = 60_000;

const launched = new Set<ServiceProcess>();

/** The built service as an operating-system process, as `npm start` runs it. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;

  constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    readonly port: number,
  ) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // Not 'exit': the last words may still be on their way through the pipe.
    this.exited = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  }

  /** `http://localhost:…`, the default issuer. */
  get issuer(): string {
    return `http://localhost:${this.port}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it logged as a warning or worse. */
  get complaints(): string[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: number; msg: string })
      .filter(({ level }) => level >= 40)
      .map(({ msg }) => msg);
  }

  /** Resolves when it has told where its Swagger UI is. */
  async ready(): Promise<void> {
    const end = Date.now() + STARTS_WITHIN_MS;
    while (!this.stdout.includes('Swagger UI')) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) await this.fail('ended instead of starting');
      if (Date.now() > end) await this.fail('does not start');
      await sleep(20);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(signal);
    return this.exited;
  }

  private async fail(what: string): Promise<never> {
    await this.stop('SIGKILL');
    throw new Error(`The service ${what}:\n${this.stdout}${this.stderr}`);
  }
}

/** Starts the process without waiting for the service. */
export async function launchService({ env = {}, cwd, port }: Options): Promise<ServiceProcess> {
  const main = await builtService();
  const listenOn = port ?? (await freePort());
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env.PATH, PORT: String(listenOn), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const service = new ServiceProcess(child, listenOn);
  launched.add(service);
  void service.exited.then(() => launched.delete(service));
  return service;
}

/** For afterEach: what a failed test left running must not disturb the next. */
export async function endServiceProcesses(): Promise<void> {
  await Promise.all([...launched].map((service) => service.stop('SIGKILL')));
}

/** Starts the process and waits until it serves. */
export async function startServiceProcess(options: Options): Promise<ServiceProcess> {
  const service = await launchService(options);
  await service.ready();
  return service;
}

/** For a start that is to fail: its end, and what it said. */
export async function failedStart(options: Options): Promise<Exit & { stdout: string; stderr: string; ms: number }> {
  await builtService(); // the time it takes is not the start's
  const began = Date.now();
  const service = await launchService(options);
  const overdue = setTimeout(() => service.signal('SIGKILL'), STARTS_WITHIN_MS);
  const exit = await service.exited;
  clearTimeout(overdue);
  return { ...exit, stdout: service.stdout, stderr: service.stderr, ms: Date.now() - began };
}
