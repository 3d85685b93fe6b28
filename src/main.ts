import 'reflect-metadata';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app';
import { type Configuration, readConfiguration } from './config/configuration';
import { OperatorError } from './errors/operator-error';
import { Readiness } from './health/readiness';
import { reasonToStop } from './reason-to-stop';
import { FirstStart } from './seed/first-start';
import { welcome } from './welcome';

const PARENT_CHECK_MS = 1_000;

/** How long a request may still be on its way over an open connection. */
const LAST_REQUESTS_MS = 1_000;

/** How long its answer may take. A caller that never finishes its request must not keep the process. */
const LAST_ANSWERS_MS = 5_000;

async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const app = await createApp(configuration);
  stopOnSignal(app, configuration);
  stopWithNpm();
  const result = await app.get(FirstStart).run();
  try {
    await listen(app, configuration);
  } finally {
    // Even if the port is taken: what was generated is shown now or never.
    process.stdout.write(`${welcome(configuration, result)}\n`);
  }
}

async function listen(app: NestExpressApplication, { http: { host, port } }: Configuration): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`Cannot listen on HOST ${host}, PORT ${port}: ${because}`, { cause });
  }
}

/** Stops without dropping an answer: readiness says no first, so that load balancers send elsewhere. */
function stopOnSignal(app: NestExpressApplication, { http }: Configuration): void {
  const stop = async (): Promise<void> => {
    app.get(Readiness).drain();
    await sleep(http.drainSeconds * 1_000);
    await finishAnswers(app.getHttpServer());
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

/** `npm start` that is killed with -9 cannot tell us: without this it would leave the service behind. */
function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS).unref();
}

/**
 * Takes no more connections, and ends each with the answer that it waits for. The close() of http would break off those
 * that are idle just now although their next request may be on its way.
 */
async function finishAnswers(server: Server): Promise<void> {
  const closed = new Promise((resolve) => net.Server.prototype.close.call(server, resolve));
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  await Promise.race([closed, sleep(LAST_REQUESTS_MS)]);
  setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${reasonToStop(error)}\n`);
  process.exit(1);
});
