import { setTimeout as sleep } from 'node:timers/promises';
import { kidOf } from './key-worlds';
import type { Service } from './service';
import { verifyToken } from './tokens';

/** Gets tokens all the time, of each replica in turn, and verifies each with the keys of all. */
export class SteadyLoad {
  readonly failures: string[] = [];
  /** A token of each key that has signed. */
  readonly tokens = new Map<string, string>();
  private turns = 0;
  private stopping = false;
  private readonly ended: Promise<void>;

  /**
   * @param live may be changed meanwhile: see {@link settle}
   * @param getToken throws when it gets none
   */
  constructor(
    private readonly live: readonly Service[],
    private readonly getToken: (service: Service) => Promise<string>,
  ) {
    this.ended = this.run();
  }

  /** Resolves when each that is live now has been asked, and none is any more that is not. */
  async settle(): Promise<void> {
    const seen = this.turns;
    while (this.turns < seen + 1 + this.live.length) await sleep(5);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.ended;
  }

  private async run(): Promise<void> {
    for (; !this.stopping; this.turns++) {
      const services = [...this.live];
      for (const service of services.slice(this.turns % services.length).slice(0, 1)) {
        await this.ask(service, services).catch((error: unknown) => this.failures.push(String(error)));
      }
      await sleep(5);
    }
  }

  private async ask(service: Service, services: readonly Service[]): Promise<void> {
    const token = await this.getToken(service);
    await Promise.all(services.map(({ url }) => verifyToken(url, token)));
    this.tokens.set(kidOf(token), token);
  }
}
