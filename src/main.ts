import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app';
import { type Configuration, readConfiguration } from './config/configuration';
import { Readiness } from './health/readiness';
import { reasonToStop } from './reason-to-stop';
import { FirstStart } from './seed/first-start';
import { welcome } from './welcome';

/** How long requests that are under way may take after the last connection was accepted. */
const LAST_ANSWERS_MS = 5_000;

async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const app = await createApp(configuration);
  const result = await app.get(FirstStart).run();
  try {
    await app.listen(configuration.http.port, configuration.http.host);
  } finally {
    // Even if the port is taken: what was generated is shown now or never.
    process.stdout.write(`${welcome(configuration, result)}\n`);
  }
  stopOnSignal(app, configuration);
}

/** Stops without dropping an answer: readiness says no first, so that load balancers send elsewhere. */
function stopOnSignal(app: NestExpressApplication, { http }: Configuration): void {
  const stop = async (): Promise<void> => {
    app.get(Readiness).drain();
    await sleep(http.drainSeconds * 1_000);
    // A caller that never finishes its request must not keep the process.
    setTimeout(() => app.getHttpServer().closeAllConnections(), LAST_ANSWERS_MS).unref();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

main().catch((error: unknown) => {
  process.stderr.write(`${reasonToStop(error)}\n`);
  process.exit(1);
});
