import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serves } from '../http/serves';
import { PartitionKeeper } from './partition-keeper';

const LOOK_EVERY_MS = 3_600_000;

/** After a turn that failed, for want of a lock as a rule. */
const LOOK_AGAIN_MS = 60_000;

/** Keeps the partitions at start and every hour. */
@Injectable()
export class RetentionSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly keeper: PartitionKeeper,
    private readonly host: HttpAdapterHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (serves(this.host)) await (this.turn = this.look());
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.turn;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const { failed } = await this.keeper.keep({ requestId: randomUUID(), actor: 'schedule' });
    const pause = failed.length === 0 ? LOOK_EVERY_MS : LOOK_AGAIN_MS;
    this.timer = setTimeout(() => void (this.turn = this.look()), pause).unref();
  }
}
